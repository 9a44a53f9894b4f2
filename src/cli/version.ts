import { readFileSync } from 'node:fs';

/** From the package itself, so that it is stated once. */
export function version(): string {
  for (const up of ['../../', '../../../']) {
    const file = new URL(`${up}package.json`, import.meta.url);
    const found = readPackage(file);
    if (found?.name === 'keelson') return found.version;
  }
  throw new Error('this copy of keelson has no package.json');
}

function readPackage(file: URL): { name: string; version: string } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string };
  } catch {
    return undefined; // compiled code lies one folder deeper than its source
  }
}
