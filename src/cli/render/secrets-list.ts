import type { ListedKey, ListedSecret, SecretListing } from '../../operations/secrets/inventory.ts';

/** A stable contract: one document, the inventory as it is. */
export function secretsJson(environments: readonly SecretListing[]): string {
  return `${JSON.stringify({ environments }, null, 2)}\n`;
}

/** For people: a block for each Secret, a line for each key. */
export function secretsText(environments: readonly SecretListing[]): string {
  if (environments.length === 0) return 'no secrets\n';
  return environments.map(environmentText).join('\n');
}

function environmentText({
  backend,
  cluster,
  environment,
  platform,
  secrets,
}: SecretListing): string {
  const title = `${platform}/${environment} on cluster ${cluster}: ${backend}\n`;
  return [title, ...secrets.map(secretText)].join('\n');
}

function secretText(listed: ListedSecret): string {
  const { consumers, copyOf, keys, namespace, owner, secret, type } = listed;
  const facts = [
    `namespace ${namespace}`,
    ...(type === 'Opaque' ? [] : [`type ${type}`]),
    copyOf === undefined ? `owner ${owner}` : `copy of ${copyOf}`,
    `read by ${consumers.length === 0 ? 'its owner alone' : consumers.join(', ')}`,
  ];
  const width = Math.max(...keys.map(({ key }) => key.length));
  return `  ${secret}: ${facts.join(', ')}\n${keys.map((key) => keyText(key, width)).join('')}`;
}

function keyText({ about, key, path }: ListedKey, width: number): string {
  return `    ${key.padEnd(width)}  ${about}${path === undefined ? '' : `; kept in ${path}`}\n`;
}
