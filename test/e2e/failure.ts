/** What a group found wrong with the output or its behaviour: the run goes on, and ends with exit code 1. */
export class Failure extends Error {}

/** Throws one failure that names up to `limit` of the problems; no problem, no failure. */
export function refuse(what: string, problems: readonly string[], limit = 8): void {
  if (problems.length === 0) return;
  const shown = problems.slice(0, limit).map((problem) => `\n    ${problem}`);
  const rest = problems.length > limit ? `\n    … and ${problems.length - limit} more` : '';
  throw new Failure(`${what}:${shown.join('')}${rest}`);
}
