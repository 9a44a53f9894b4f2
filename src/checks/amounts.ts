import type { KubeObject } from '../core/model.ts';
import { kindOf } from './index-of-objects.ts';
import { type Fields, fieldsIn, isFields, itemsIn } from './read.ts';
import type { Step } from './schema/problem.ts';

/** Amounts by what they are of: `{ cpu: '1', memory: '2Gi' }`. */
export interface Amounts {
  readonly path: readonly Step[];
  readonly amounts: Fields;
  /** What they may not exceed. */
  readonly limits?: Fields;
}

const known = new WeakMap<KubeObject, readonly Amounts[]>();

/** Every amount of cpu, memory and storage that an object names, custom resources included. */
export function amountsIn(object: KubeObject): readonly Amounts[] {
  const amounts = known.get(object) ?? findAmounts(object);
  known.set(object, amounts);
  return amounts;
}

function findAmounts(object: KubeObject): readonly Amounts[] {
  const counted = COUNTS.get(kindOf(object.apiVersion, object.kind))?.(object) ?? [];
  const found = [...counted];
  visit(object, [], found);
  return found.filter(({ amounts }) => Object.keys(amounts).length > 0);
}

/** What a kind counts as a whole, outside of any container. */
const COUNTS: ReadonlyMap<string, (object: Fields) => readonly Amounts[]> = new Map([
  ['/ResourceQuota', ofQuota],
  ['/PersistentVolume', ofVolume],
  ['/LimitRange', ofLimitRange],
]);

function ofQuota(object: Fields): readonly Amounts[] {
  return [{ path: ['spec', 'hard'], amounts: fieldsIn(object, 'spec', 'hard') }];
}

function ofVolume(object: Fields): readonly Amounts[] {
  return [{ path: ['spec', 'capacity'], amounts: fieldsIn(object, 'spec', 'capacity') }];
}

function ofLimitRange(object: Fields): readonly Amounts[] {
  const fields = ['default', 'defaultRequest', 'max', 'min'];
  return itemsIn(object, 'spec', 'limits').flatMap((limit, i) =>
    fields.map((each) => ({ path: ['spec', 'limits', i, each], amounts: fieldsIn(limit, each) })),
  );
}

/** Containers, claims and custom resources use the same few words. */
function visit(value: object, path: Step[], found: Amounts[]): void {
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) descend(i, value[i], path, found);
    return;
  }
  for (const key of Object.keys(value)) {
    const child: unknown = (value as Fields)[key];
    if (key === 'sizeLimit' && !isFields(child)) {
      found.push({ path: [...path], amounts: { sizeLimit: child } });
    } else if (key === 'resources' && isFields(child)) {
      found.push(...ofResources(child, [...path, key]));
    } else if (
      key === 'storage' &&
      isFields(child) &&
      'size' in child &&
      !isFields(child['size'])
    ) {
      found.push({ path: [...path, key], amounts: { size: child['size'] } });
    }
    descend(key, child, path, found);
  }
}

function descend(step: Step, child: unknown, path: Step[], found: Amounts[]): void {
  if (typeof child !== 'object' || child === null) return;
  path.push(step);
  visit(child, path, found);
  path.pop();
}

function ofResources(resources: Fields, path: readonly Step[]): readonly Amounts[] {
  const limits = fieldsIn(resources, 'limits');
  const requests = fieldsIn(resources, 'requests');
  return [
    { path: [...path, 'requests'], amounts: requests, limits },
    { path: [...path, 'limits'], amounts: limits },
  ];
}

/** Reads any amount that the API server takes, as a number; undefined for what is none. */
export function amountOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  const match = typeof value === 'string' ? AMOUNT.exec(value) : null;
  if (!match) return undefined;
  const [, digits = '', unit = '', exponent] = match;
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  const small = SMALL.get(unit);
  // Dividing rounds as reading '0.3' does, multiplying by 0.001 does not: 300m and 0.3 must be equal.
  return small === undefined ? Number(digits) * (LARGE.get(unit) ?? 1) : Number(digits) / small;
}

const AMOUNT = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

const SMALL: ReadonlyMap<string, number> = new Map([
  ['n', 1e9],
  ['u', 1e6],
  ['m', 1e3],
]);

const LARGE: ReadonlyMap<string, number> = new Map([
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((unit, i) => [unit, 1000 ** (i + 1)] as const),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((unit, i) => [unit, 1024 ** (i + 1)] as const),
]);
