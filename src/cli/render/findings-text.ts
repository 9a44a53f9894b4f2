import type { Finding } from '../../core/finding.ts';
import type { CheckedEnvironment, CheckResult } from '../../operations/check.ts';
import type { Paint } from './colour.ts';

const PLAIN: Paint = (_, text) => text;

const COLOURS = { error: 'red', warning: 'yellow', waived: 'dim' } as const;

/** Each environment with its findings, then every rule with how many objects it looked at. */
export function checkText(result: CheckResult): string {
  return [...blocks(result.environments, PLAIN), rulesText(result)].join('\n');
}

/** Only what was found, for commands that stop because of it. */
export function findingsText({ environments }: CheckResult, paint: Paint = PLAIN): string {
  const found = environments.filter(({ findings }) => findings.length > 0);
  return blocks(found, paint).join('\n');
}

function blocks(environments: readonly CheckedEnvironment[], paint: Paint): string[] {
  return environments.map((each) => {
    const alike = environments.filter(({ environment }) => environment === each.environment);
    const { cluster, environment, findings, objects, platform } = each;
    const name = alike.length > 1 ? `${platform}/${cluster}/${environment}` : environment;
    const summary = `${problems(findings)} in ${counted(objects, 'object')} (${name})\n`;
    return lines(findings, paint) + summary;
  });
}

function lines(findings: readonly Finding[], paint: Paint): string {
  const [severities, places, rules] = [
    widest(findings.map(({ severity }) => severity)),
    widest(findings.map(({ at }) => at)),
    widest(findings.map(({ rule }) => rule)),
  ];
  const text = findings.map(({ at, because, hint, message, rule, severity }) => {
    const said = paint(COLOURS[severity], severity.padEnd(severities));
    const line = `${said}  ${at.padEnd(places)}  ${rule.padEnd(rules)}  ${message}`;
    const next = because === undefined ? `hint: ${hint}` : `because: ${because}`;
    return `${line}\n${' '.repeat(severities)}  ${paint('dim', next)}\n`;
  });
  return text.join('');
}

function rulesText({ rules }: CheckResult): string {
  const names = widest(rules.map(({ rule }) => rule));
  const counts = widest(rules.map(({ looked }) => String(looked)));
  const rows = rules.map(({ looked, rule }) => {
    const number = String(looked).padStart(counts);
    return `  ${rule.padEnd(names)}  ${number} ${looked === 1 ? 'object' : 'objects'}\n`;
  });
  return `the rules looked at\n${rows.join('')}`;
}

function problems(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const waived = findings.filter(({ severity }) => severity === 'waived').length;
  const warnings = findings.length - errors - waived;
  const found = [
    ...(errors > 0 ? [counted(errors, 'error')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ];
  const all = found.length > 0 ? found.join(' and ') : 'no problems';
  return waived > 0 ? `${all}, ${waived} waived` : all;
}

const counted = (count: number, what: string): string =>
  `${count} ${count === 1 ? what : `${what}s`}`;

const widest = (texts: readonly string[]): number =>
  Math.max(0, ...texts.map((text) => text.length));
