import { MANAGED_BY } from '../../core/labels.ts';
import type { SecretFacts } from '../../core/model.ts';

/** What a Secret that comes out of ciphertext carries: nothing can be added to it afterwards. */
export function secretLabels({ labels, origin }: SecretFacts): Readonly<Record<string, string>> {
  return { ...origin.labels, [MANAGED_BY]: 'keelson', ...labels };
}
