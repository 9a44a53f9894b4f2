import type { Io } from '../io.ts';

/** Puts text into a colour, or leaves it alone. */
export type Paint = (colour: 'red' | 'yellow' | 'cyan' | 'dim', text: string) => string;

const CODES = { red: 31, yellow: 33, cyan: 36, dim: 2 };

/** Colours for what goes to stderr: on a terminal only, and never against NO_COLOR. */
export function paintFor({ env, terminal }: Pick<Io, 'env' | 'terminal'>): Paint {
  const plain = !terminal || Boolean(env['NO_COLOR']) || env['TERM'] === 'dumb';
  return (colour, text) => (plain ? text : `\u001B[${CODES[colour]}m${text}\u001B[0m`);
}
