import type { KubeObject, Model, SecretFacts } from '../../core/model.ts';

/** On a SealedSecret: the day on which its values were sealed last. */
export const SEALED_ON = 'keelson.dev/sealed-on';

/** As ISO 8601 writes it. */
export const dayOf = (time: Date): string => time.toISOString().slice(0, 10);

/** The day on which a value of the Secret was changed last, as far as Git tells. */
export function rotatedOn({ copyOf, ...copy }: SecretFacts, model: Model): string | undefined {
  const { name, origin } = copyOf ?? copy;
  const place = model.environments.find(({ environment }) => environment === origin.environment);
  const file = model.sealed?.find(
    (each) => each.environment === origin.environment && each.secret === name,
  );
  return place?.rotated[name]?.slice(0, 10) ?? (file && sealedOn(file.object));
}

/** SOPS writes down when by itself. */
function sealedOn({ metadata, sops }: KubeObject): string | undefined {
  const { lastmodified } = (sops ?? {}) as { lastmodified?: unknown };
  const said = lastmodified instanceof Date ? lastmodified.toISOString() : lastmodified;
  const day = metadata.annotations?.[SEALED_ON] ?? (typeof said === 'string' ? said : '');
  return /^\d{4}-\d{2}-\d{2}/.exec(day)?.[0];
}

/** Days from one to the other. */
export function daysBetween(day: string, today: Date): number {
  return Math.round((Date.parse(dayOf(today)) - Date.parse(day)) / 86_400_000);
}
