import { KeelsonError } from '../core/errors.ts';

/** Paths below `out`, forward slashes only: no way out of the folder, nothing a shell or Git would stumble on. */
const SAFE = /^(?!.*(?:^|\/)(?:\.{0,2}|\.git)(?:\/|$))[^\\\p{Cc}]+$/u;

/** Refuses paths that leave the output folder, or that would overwrite one another. */
export function checkPaths(out: string, paths: Iterable<string>): void {
  const byCase = new Map<string, string>();
  for (const path of paths) {
    if (!SAFE.test(path)) {
      throw new KeelsonError(out, 'output/bad-path', {
        message: `cannot write a file at ${JSON.stringify(path)}`,
        hint: "a path is relative and has no '..', no '.git', no backslash and no control character",
      });
    }
    const folded = path.toLowerCase();
    const other = byCase.get(folded);
    if (other !== undefined) throw collision(out, other, path);
    byCase.set(folded, path);
  }
  for (const [folded, path] of byCase) {
    for (const folder of foldersOf(folded)) {
      const file = byCase.get(folder);
      if (file !== undefined) throw collision(out, file, path);
    }
  }
}

/** The folders that a file needs: `a`, `a/b` for `a/b/c.yaml`. */
export function* foldersOf(path: string): Generator<string> {
  for (let at = path.indexOf('/'); at > 0; at = path.indexOf('/', at + 1)) {
    yield path.slice(0, at);
  }
}

function collision(out: string, one: string, other: string): KeelsonError {
  return new KeelsonError(out, 'output/path-collision', {
    message: `'${one}' and '${other}' cannot both be written`,
    hint: 'rename one of the objects; some file systems do not tell capitals from small letters',
  });
}
