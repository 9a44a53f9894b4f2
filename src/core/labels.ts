/** The two labels that selectors hold; both follow from a service's name alone. */
export type Selector = Readonly<
  Record<'app.kubernetes.io/name' | 'app.kubernetes.io/instance', string>
>;

/** `software` is what runs ('redis'), `instance` which one of them ('cache'). */
export function selectorOf(software: string, instance: string): Selector {
  return { 'app.kubernetes.io/name': software, 'app.kubernetes.io/instance': instance };
}

/** What Kubernetes takes of a name that nobody meant as a label. */
export function labelValue(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 63);
  return plain.replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

export const PART_OF = 'app.kubernetes.io/part-of';
export const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** Set before a stateful service is removed: its data may go. */
export const RETIRE = 'keelson.dev/retire';

/** On namespaces: why pods may do more than `restricted`. */
export const POD_SECURITY_REASON = 'keelson.dev/pod-security-because';

/** On namespaces: what the environment is allowed to lose. */
export const TIER = 'keelson.dev/tier';
