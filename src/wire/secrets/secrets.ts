import type { Entry, Model, SealedFile, SecretFacts } from '../../core/model.ts';
import type { Place } from '../../core/place.ts';
import { backendName, type ExternalSecretsBackend } from '../../core/secret-backend.ts';
import { controllers } from './controllers.ts';
import { externalSecrets } from './external-secrets.ts';
import { sealedDocuments } from './sealed.ts';

/** What brings the declared Secrets about, by the backend of each environment, and what that needs. */
export function secretObjects(model: Model, sealed: readonly SealedFile[]): readonly Entry[] {
  const made = model.environments.flatMap((place) => {
    const here = model.secrets.filter(({ origin }) => origin.environment === place.environment);
    return here.length === 0 ? [] : entriesIn(place, here, model, sealed);
  });
  return [...made, ...controllers(model, made)];
}

function entriesIn(
  place: Place,
  here: readonly SecretFacts[],
  model: Model,
  sealed: readonly SealedFile[],
): readonly Entry[] {
  switch (backendName(place.secrets)) {
    case 'existing':
      return [];
    case 'external-secrets': {
      const { store } = place.secrets as ExternalSecretsBackend;
      return externalSecrets({ model, place, store, here });
    }
    case 'sealed-secrets':
    case 'sops':
      return sealedDocuments(here, sealed);
  }
}
