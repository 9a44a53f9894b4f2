import type { Endpoint } from './access.ts';
import { isDnsSubdomain } from './names.ts';

/** What is wrong with where an endpoint says it is; undefined for nothing. */
export function addressProblem({ cidrs, host, port }: Endpoint): string | undefined {
  if (!isDnsSubdomain(String(host).toLowerCase()) && !isIp(host)) {
    return `host ${JSON.stringify(host)}`;
  }
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return `port ${port}`;
  if (cidrs?.length === 0) return 'no addresses at all';
  const wrong = cidrs?.find((cidr) => !isCidr(cidr));
  return wrong === undefined ? undefined : `addresses ${JSON.stringify(wrong)}`;
}

/** A block of addresses: '10.0.0.0/16', 'fd00::/8'. */
export function isCidr(text: unknown): boolean {
  const [address, bits, ...more] = typeof text === 'string' ? text.split('/') : [];
  if (more.length > 0 || !/^\d{1,3}$/.test(bits ?? '') || !isIp(address)) return false;
  return Number(bits) <= (address?.includes(':') ? 128 : 32);
}

export function isIp(text: unknown): boolean {
  if (typeof text !== 'string') return false;
  if (text.includes(':')) return isIpv6(text);
  const parts = text.split('.');
  return (
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && +part < 256)
  );
}

function isIpv6(text: string): boolean {
  const halves = text.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (halves.length > 2 || !groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}
