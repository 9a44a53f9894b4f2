import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, with these files in it. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  put(folder, files);
  return folder;
}

export function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Every file below a folder, by path. */
export function tree(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

export interface Shop {
  readonly platform?: string;
  readonly cluster?: string;
  readonly environment?: string;
  readonly layer?: string;
  readonly service?: string;
  readonly image?: string;
  /** The body of compose, in place of all that. */
  readonly compose?: string;
  /** Put before everything else. */
  readonly top?: string;
}

/** A small platform as program text, with names of the test's choice. */
export function shop(given: Shop = {}): string {
  const text = (name: Exclude<keyof Shop, 'compose' | 'top'>, usual: string): string =>
    JSON.stringify(given[name] ?? usual);
  const {
    compose = `const cache = new Redis(env.layer('data'), 'cache', { memory: '64Mi' });
    new WebApp(env.layer(${text('layer', 'apps')}), ${text('service', 'web')}, {
      image: ${text('image', 'web:1.0.0')},
      port: 8080,
      uses: { CACHE: cache.keys('*').readWrite },
    });`,
    top = '',
  } = given;
  return `${top}import { connect, definePlatform, external, Redis, soft, WebApp, Worker } from 'keelson';

export default definePlatform({
  name: ${text('platform', 'shop')},
  clusters: { [${text('cluster', 'main')}]: { provider: 'generic', kubernetes: '1.34' } },
  environments: {
    [${text('environment', 'prod')}]: {
      cluster: ${text('cluster', 'main')},
      tier: 'review',
      domain: 'shop.example.com',
      settings: {},
    },
  },
  compose(env) {
    ${compose}
  },
});
`;
}
