import { KeelsonError } from '../../core/errors.ts';
import type { Paint } from './colour.ts';

/** What a person sees when something could not be done; `line` is where their program led to it. */
export function errorText(error: unknown, paint: Paint, line?: string): string {
  const label = paint('red', 'error:');
  if (error instanceof KeelsonError) {
    const rest = [['hint', error.hint], ['code', error.code], ...(line ? [['at', line]] : [])];
    const shown = rest.map(
      ([name, text = '']) => `${paint('dim', `${name}:`.padStart(6))} ${visible(text)}\n`,
    );
    return `${label} ${visible(error.message)}\n${shown.join('')}`;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  return `${label} keelson itself failed; this is a bug\n${stack}\n`;
}

/** A name that somebody else made up may hold a line break, or what steers a terminal. */
function visible(text: string): string {
  return text
    .replaceAll('\n', `\n${' '.repeat('error: '.length)}`)
    .replace(/[^\P{Cc}\n]/gu, (sign) => `\\u${hexOf(sign)}`);
}

function hexOf(sign: string): string {
  return (sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0');
}
