/** Tells whether content changed: two lanes of FNV-1a, 64 bits in all. It hides nothing and proves nothing. */
export function contentHash(content: string): string {
  let first = 0x811c9dc5;
  let second = 0xcbf29ce4;
  for (const byte of new TextEncoder().encode(content)) {
    first = Math.imul(first ^ byte, 0x01000193);
    second = Math.imul(second ^ byte, 0x01000193) ^ (first >>> 15);
  }
  return [first, second].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join('');
}
