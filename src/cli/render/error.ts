import { KeelsonError } from '../../core/errors.ts';
import type { Paint } from './colour.ts';

/** What a person sees when something could not be done; `line` is where their program led to it. */
export function errorText(error: unknown, paint: Paint, line?: string): string {
  const label = paint('red', 'error:');
  if (error instanceof KeelsonError) {
    const rest = [['hint', error.hint], ['code', error.code], ...(line ? [['at', line]] : [])];
    const shown = rest.map(([name, text]) => `${paint('dim', `${name}:`.padStart(6))} ${text}\n`);
    return `${label} ${error.message}\n${shown.join('')}`;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  return `${label} keelson itself failed; this is a bug\n${stack}\n`;
}
