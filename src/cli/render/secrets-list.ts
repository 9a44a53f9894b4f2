import type { ListedKey, ListedSecret, SecretListing } from '../../operations/secrets/inventory.ts';
import { daysBetween } from '../../operations/secrets/rotated-on.ts';

/** A stable contract: one document, the inventory as it is. */
export function secretsJson(environments: readonly SecretListing[]): string {
  return `${JSON.stringify({ environments }, null, 2)}\n`;
}

/** For people: a block for each Secret, a line for each key. */
export function secretsText(environments: readonly SecretListing[], today: Date): string {
  if (environments.length === 0) return 'no secrets\n';
  return environments.map((each) => environmentText(each, today)).join('\n');
}

function environmentText(
  { backend, cluster, environment, platform, secrets }: SecretListing,
  today: Date,
): string {
  const title = `${platform}/${environment} on cluster ${cluster}: ${backend}\n`;
  return [title, ...secrets.map((secret) => secretText(secret, today))].join('\n');
}

function secretText(listed: ListedSecret, today: Date): string {
  const { consumers, copyOf, keys, namespace, owner, rotatedOn, secret, type } = listed;
  const facts = [
    `namespace ${namespace}`,
    ...(type === 'Opaque' ? [] : [`type ${type}`]),
    copyOf === undefined ? `owner ${owner}` : `copy of ${copyOf}`,
    `read by ${consumers.length === 0 ? 'its owner alone' : consumers.join(', ')}`,
    ...(rotatedOn === undefined ? [] : [`of ${rotatedOn}, ${ageOf(rotatedOn, today)}`]),
  ];
  const width = Math.max(...keys.map(({ key }) => key.length));
  return `  ${secret}: ${facts.join(', ')}\n${keys.map((key) => keyText(key, width)).join('')}`;
}

function ageOf(day: string, today: Date): string {
  const days = daysBetween(day, today);
  return days === 1 ? '1 day old' : `${days} days old`;
}

function keyText({ about, key, path }: ListedKey, width: number): string {
  return `    ${key.padEnd(width)}  ${about}${path === undefined ? '' : `; kept in ${path}`}\n`;
}
