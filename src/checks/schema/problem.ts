/** One thing that is wrong with a value, seen from the object that holds it. */
export interface Problem {
  /** From the object down to the value: `['spec', 'ports', 0, 'port']`. */
  readonly path: readonly Step[];
  /** The keyword of the schema that refuses. */
  readonly keyword: string;
  /** What to say after the path: 'must be a whole number'. */
  readonly message: string;
  /** What was given there, where it helps to see it. */
  readonly given?: { readonly value: unknown };
  /** What to do, where the schema knows. */
  readonly hint?: string;
}

export type Step = string | number;

/** Looks at one value. Nothing is allocated for one that is right. */
export type Check = (value: unknown) => readonly Problem[] | undefined;

/** A problem of the value itself; whoever holds the value says where it is. */
export function problem(keyword: string, message: string, hint?: string): readonly Problem[] {
  return [{ path: [], keyword, message, ...(hint !== undefined && { hint }) }];
}

/** The same, showing what was given. */
export function refuse(keyword: string, message: string, value: unknown): readonly Problem[] {
  return [{ path: [], keyword, message, given: { value } }];
}

/** Problems of a part, as problems of the whole. */
export function below(step: Step, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((each) => ({ ...each, path: [step, ...each.path] }));
}

export function joined(
  some: readonly Problem[] | undefined,
  more: readonly Problem[] | undefined,
): readonly Problem[] | undefined {
  if (!some || !more) return some ?? more;
  return [...some, ...more];
}

/** As users write it: `spec.template.spec.containers[0].image`, `metadata.labels['app.kubernetes.io/name']`. */
export function pathText(path: readonly Step[]): string {
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `['${step}']`;
    })
    .join('')
    .replace(/^\./, '');
}

/** A value as short text. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
