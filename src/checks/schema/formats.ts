interface Format {
  readonly called: string;
  readonly test: (value: string) => boolean;
}

const DATE = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)([.,]\d+)?(z|[+-]\d{2}:\d{2})$/i;
const BASE64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const BYTE = /^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

/**
 * Formats of strings that the API server enforces on custom resources and that occur in CRDs. It
 * ignores all others (apiextensions-apiserver, `formats.go`), and so do we.
 */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['byte', { called: 'base64', test: (value) => BASE64.test(value.replaceAll(/[\r\n]/g, '')) }],
  ['cidr', { called: 'a network such as 10.0.0.0/16', test: isCidr }],
  ['date', { called: 'a date such as 2006-01-02', test: (value) => DATE.test(value) }],
  ['date-time', { called: 'a time such as 2006-01-02T15:04:05Z', test: isDateTime }],
  ['ipv4', { called: 'an IPv4 address', test: isIpv4 }],
  ['ipv6', { called: 'an IPv6 address', test: isIpv6 }],
  ['uuid', { called: 'a UUID', test: (value) => UUID.test(value) }],
] satisfies [string, Format][]);

function isDateTime(value: string): boolean {
  const [date = '', time = ''] = value.split(/[Tt ]/, 2);
  return DATE.test(date) && TIME.test(time);
}

function isIpv4(value: string): boolean {
  const parts = value.split('.');
  return parts.length === 4 && parts.every((part) => BYTE.test(part));
}

function isIpv6(value: string): boolean {
  const halves = value.split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1) ?? '';
  const hex = last.includes('.') ? groups.slice(0, -1) : groups;
  if (last.includes('.') && !isIpv4(last)) return false;
  const count = hex.length + (last.includes('.') ? 2 : 0);
  const fits = halves.length === 2 ? count < 8 : halves.length === 1 && count === 8;
  return fits && hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group));
}

function isCidr(value: string): boolean {
  const [address = '', bits = '', ...rest] = value.split('/');
  if (rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(bits)) return false;
  return (isIpv4(address) && Number(bits) <= 32) || (isIpv6(address) && Number(bits) <= 128);
}
