import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder that holds a published Go module, downloaded if need be. */
export function goModule(module: string, version: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', `${module}@${version}`], {
    cwd: tmpdir(), // away from any go.mod
    env: { ...process.env, GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    encoding: 'utf8',
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

/** The text of every YAML file at a path of a module, by file name. */
export function yamlFilesAt(folder: string, path: string): Map<string, string> {
  const place = join(folder, path);
  const files = statSync(place).isDirectory()
    ? readdirSync(place).map((name) => join(place, name))
    : [place];
  const yaml = files.filter((file) => /\.ya?ml$/.test(file)).sort();
  return new Map(yaml.map((file) => [file, readFileSync(file, 'utf8')]));
}
