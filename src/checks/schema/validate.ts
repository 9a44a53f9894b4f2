import type { KindSchema } from '../../core/schema.ts';
import { compilerOf } from './compile.ts';
import type { Problem } from './problem.ts';

/** Everything that is wrong with an object, by the schema of its kind. */
export function validate(
  { schema, root }: Pick<KindSchema, 'root' | 'schema'>,
  object: unknown,
): readonly Problem[] {
  return compilerOf(root)(schema)(object) ?? [];
}
