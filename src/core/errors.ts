import type { IConstruct } from 'constructs';

export interface ErrorDetails {
  /** What is wrong, naming the prop as the user typed it and the value that was given. */
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly cause?: unknown;
}

/** A mistake of the person who wrote the line: printed without a stack, with a permanent code. */
export class KeelsonError extends Error {
  /** Construct path, file or command. */
  readonly at: string;
  /** `area/what-is-wrong`; it never changes once released. */
  readonly code: string;
  readonly hint: string;

  constructor(at: IConstruct | string, code: string, details: ErrorDetails) {
    const where = typeof at === 'string' ? at : at.node.path || 'the platform';
    super(`${where}: ${details.message}`, { cause: details.cause });
    this.name = 'KeelsonError';
    this.at = where;
    this.code = code;
    this.hint = details.hint;
  }
}
