import type { Entry, SealedFile, SecretFacts } from '../../core/model.ts';
import { clearParts, sealedKeys } from '../../core/sealed-document.ts';

/** Ciphertext passes through. What is not sound is left out, and a rule says why. */
export function sealedDocuments(
  here: readonly SecretFacts[],
  sealed: readonly SealedFile[],
): readonly Entry[] {
  return here.flatMap((secret): Entry[] => {
    const { name, origin } = secret;
    const file = sealed.find(
      (each) => each.environment === origin.environment && each.secret === name,
    );
    if (!file || !sealedKeys(file.object) || clearParts(file).length > 0) return [];
    const { apiVersion, kind, metadata, type } = file.object;
    if (kind === 'SealedSecret') return [{ origin, object: file.object }];
    const object = { apiVersion, kind, metadata, ...(type !== undefined && { type }) };
    return [{ origin, object, text: file.text }];
  });
}
