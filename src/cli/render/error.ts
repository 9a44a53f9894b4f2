import { KeelsonError } from '../../core/errors.ts';

/** What a person sees when something could not be done. */
export function errorText(error: unknown): string {
  if (error instanceof KeelsonError) {
    return `error: ${error.message}\n hint: ${error.hint}\n code: ${error.code}\n`;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  return `error: keelson itself failed; this is a bug\n${stack}\n`;
}
