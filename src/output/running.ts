import { readFileSync } from 'node:fs';

/** A process as written into a lock: its number and, on Linux, when it started. */
export function ownerOf(pid: number): string {
  return `${pid} ${stateOf(pid)?.start ?? ''}`;
}

/** Whether an owner is known to be gone: dead, a zombie, or another process under the same number. */
export function isGone(owner: string): boolean {
  const pid = Number.parseInt(owner, 10);
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
  const start = owner.split(' ')[1] ?? '';
  const state = stateOf(pid);
  return state !== undefined && (state.zombie || (start !== '' && state.start !== start));
}

function stateOf(pid: number): { readonly start: string; readonly zombie: boolean } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { zombie: fields[0] === 'Z', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
