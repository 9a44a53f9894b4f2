import { Connection } from './connection.ts';
import { contentHash } from './hash.ts';
import { placeOf } from './place.ts';
import { SecretDeclaration } from './secret.ts';
import type { Service } from './service.ts';

/**
 * Changes when a value that a service's pods read has changed, as far as Git knows: new ciphertext, or a
 * date that somebody wrote. Undefined where it knows nothing.
 */
export function credentialMark(service: Service): string | undefined {
  const marks = readBy(service).flatMap(({ at, secret }) => {
    const { ciphertext, environment, rotated } = placeOf(at);
    const known = [ciphertext[secret], rotated[secret]].filter((each) => each !== undefined);
    return known.length > 0 ? [`${environment} ${secret} ${known.join(' ')}`] : [];
  });
  return marks.length > 0 ? contentHash([...new Set(marks)].sort().join('\n')) : undefined;
}

/** What its connections give it, wherever that is declared, and what it declares for itself. */
function readBy(service: Service): { at: Service; secret: string }[] {
  const given = Connection.of(service).flatMap(({ access, carried, credential }) => [
    ...Object.values(credential?.keys ?? {}).map(({ secret }) => ({ at: service, secret })),
    ...carried.map(({ from }) => ({
      at: access.grantor ?? access.endpoint.owner ?? service,
      secret: from.secret,
    })),
  ]);
  const own = service.node.findAll().filter((each) => SecretDeclaration.isSecretDeclaration(each));
  return [...given, ...own.map(({ name }) => ({ at: service, secret: name }))];
}
