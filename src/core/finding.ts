/** What a rule has to say about one object. Errors stop a synth, warnings do not. */
export interface Finding {
  /** The rule's name. */
  readonly rule: string;
  readonly severity: 'error' | 'warning';
  /** The construct path, or what the user would look for. */
  readonly at: string;
  /** The file below the output folder, where there is one. */
  readonly file?: string;
  readonly message: string;
  readonly hint: string;
}
