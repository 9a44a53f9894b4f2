import type { SealResult } from '../../operations/secrets/seal.ts';
import type { Paint } from './colour.ts';

/** What was done, or all that has to be corrected first. Names only: no value is known here. */
export function sealText({ faults, left, made, written }: SealResult, paint: Paint): string {
  if (faults.length > 0) {
    const lines = faults.map(
      ({ at, hint, message }) =>
        `${paint('red', 'error:')} ${at}: ${message}\n${paint('dim', ' hint:')} ${hint}\n`,
    );
    return `${lines.join('')}nothing was written\n`;
  }
  const said = [
    ...made.map((name) => `generated ${name}\n`),
    ...left.map((path) => `left ${path} as it is: nothing new is given for it\n`),
  ];
  const count = `${written.length} ${written.length === 1 ? 'file' : 'files'} sealed`;
  return `${said.join('')}${count}${written.length > 0 ? '; commit them' : ''}\n`;
}
