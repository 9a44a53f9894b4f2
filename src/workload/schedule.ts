import type { Construct } from 'constructs';
import { KeelsonError } from '../core/errors.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of the month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, words: MONTHS },
  { name: 'day of the week', least: 0, most: 6, words: DAYS },
];

/** Refuses what the API server would: it has no words for every hour, and no seventh day of the week. */
export function requireSchedule(scope: Construct, schedule: unknown, timeZone: unknown): void {
  const given = typeof schedule === 'string' ? schedule.split(' ') : [];
  const wrong = FIELDS.find((field, at) => !isField(given[at] ?? '', field));
  if (wrong || given.length !== FIELDS.length) {
    const what = given.length === FIELDS.length ? `a ${wrong?.name} that is one` : 'five fields';
    throw new KeelsonError(scope, 'cron/bad-schedule', {
      message: `'schedule' must have ${what}, got ${JSON.stringify(schedule)}`,
      hint: "minute, hour, day of the month, month, day of the week: '30 3 * * *' is every day at half past three",
    });
  }
  if (isTimeZone(timeZone)) return;
  throw new KeelsonError(scope, 'cron/bad-time-zone', {
    message: `'timeZone' must be a name from the time zone database, got ${JSON.stringify(timeZone)}`,
    hint: "such as 'Europe/Berlin' or 'Etc/UTC'",
  });
}

/** A list of values, ranges and steps: `0,30`, `9-17`, `MON-FRI`, `*` with a step. */
function isField(text: string, field: Field): boolean {
  return text.split(',').every((part) => {
    const [range = '', step, ...more] = part.split('/');
    if (more.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false;
    if (range === '*') return true;
    const [from = Number.NaN, to = from, ...rest] = range
      .split('-')
      .map((end) => numberOf(end, field));
    return rest.length === 0 && from >= field.least && from <= to && to <= field.most;
  });
}

function numberOf(text: string, { least, words = [] }: Field): number {
  const word = words.indexOf(text.toUpperCase());
  if (word >= 0) return least + word;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}

function isTimeZone(name: unknown): boolean {
  if (typeof name !== 'string' || !/^[A-Z]\w*(\/[A-Z][\w+-]*)*$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
