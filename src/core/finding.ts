/** What a rule has to say about one object. Errors stop a synth; warnings and what was waived do not. */
export interface Finding {
  /** The rule's name. */
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'waived';
  /** The construct path, or what the user would look for. */
  readonly at: string;
  /** The file below the output folder, where there is one. */
  readonly file?: string;
  readonly message: string;
  readonly hint: string;
  /** Why it may be so, as the environment's `waive` says. */
  readonly because?: string;
}

/** Files are `<platform>/<cluster>/<environment>/…`, construct paths `<environment>/…`. */
export function environmentOf({ at, file }: Pick<Finding, 'at' | 'file'>): string | undefined {
  return file === undefined ? at.split('/')[0] : file.split('/')[2];
}
