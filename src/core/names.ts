const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What Kubernetes asks of the names of Services, namespaces and containers. */
export function isDnsLabel(value: unknown, longest = 63): value is string {
  return typeof value === 'string' && value.length <= longest && DNS_LABEL.test(value);
}

/** What Kubernetes asks of most other names, and what a host name must be. */
export function isDnsSubdomain(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 253 && DNS_SUBDOMAIN.test(value);
}

/** "known environments: dev, staging; did you mean 'staging'?" */
export function suggest(what: string, given: string, known: readonly string[]): string {
  if (known.length === 0) return `there are no ${what}`;
  const list = `known ${what}: ${[...known].sort().join(', ')}`;
  const near = nearest(given, known);
  return near === undefined ? list : `did you mean '${near}'? ${list}`;
}

function nearest(given: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, far: distance(given.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && best.far <= Math.max(1, Math.floor(given.length / 3)) ? best.name : undefined;
}

/** Levenshtein's distance, on names of a few dozen letters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
