/** A SHA-256 fingerprint as openssl and Node write it, `A5:0B:…`, however it was given; undefined when it is none. */
export function fingerprintIn(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const digits = text.replaceAll(':', '').toUpperCase();
  const isOne = /^[0-9A-F]{64}$/.test(digits) && /^(\w{64}|\w\w(:\w\w){31})$/.test(text);
  return isOne ? digits.replaceAll(/(..)(?=.)/g, '$1:') : undefined;
}
