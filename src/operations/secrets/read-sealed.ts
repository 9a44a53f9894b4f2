import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { KeelsonError } from '../../core/errors.ts';
import type { KubeObject, SealedFile } from '../../core/model.ts';
import { environmentPath, type Keeping } from '../../core/secret-path.ts';

/** The ciphertext of some environments: every `secrets/<platform>/<environment>/*.yaml`. */
export function readSealed(
  folder: string,
  keeping: Keeping,
  environments: readonly string[],
): readonly SealedFile[] {
  return [...environments].sort().flatMap((environment) => {
    const path = `secrets/${environmentPath(keeping, environment)}`;
    const full = join(folder, path);
    if (!existsSync(full)) return [];
    const names = readdirSync(full).filter((name) => name.endsWith('.yaml'));
    return names.sort().map((name): SealedFile => {
      const file = `${path}/${name}`;
      const text = readFileSync(join(full, name), 'utf8');
      const secret = name.slice(0, -'.yaml'.length);
      return { environment, secret, file, text, object: parse(file, text) };
    });
  });
}

/** What is in such a file is never shown: it may be a Secret that somebody forgot to encrypt. */
export function parse(file: string, text: string): KubeObject {
  const object = tryLoad(text);
  if (isObject(object) && isObject(object['metadata'])) return object as unknown as KubeObject;
  throw new KeelsonError(file, 'secret/unreadable', {
    message: 'not one YAML document with apiVersion, kind and metadata',
    hint: 'one SealedSecret, or one Secret encrypted by SOPS; `keelson secrets seal` writes both',
  });
}

function tryLoad(text: string): unknown {
  try {
    return load(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
