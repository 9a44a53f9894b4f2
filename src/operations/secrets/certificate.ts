import { type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { KeelsonError } from '../../core/errors.ts';
import { fingerprintIn } from '../../core/fingerprint.ts';
import type { Place } from '../../core/place.ts';
import type { SecretBackend } from '../../core/secret-backend.ts';

/** What values are sealed with, and whose it is. */
export interface SealingKey {
  readonly publicKey: KeyObject;
  readonly fingerprint: string;
}

/** The public key of the cluster's sealing certificate. What is wrong with it is said; what is in it is not. */
export function sealingKey(folder: string, file: string, now: Date): SealingKey {
  const certificate = readCertificate(folder, file);
  const { publicKey } = certificate;
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  if (publicKey.asymmetricKeyType !== 'rsa' || bits < 2048) {
    throw wrong(file, 'holds no RSA key of 2048 bits or more');
  }
  if (new Date(certificate.validTo) < now) {
    throw wrong(file, `has expired on ${new Date(certificate.validTo).toISOString().slice(0, 10)}`);
  }
  return { publicKey, fingerprint: certificate.fingerprint256 };
}

/** A certificate of another cluster seals as well, and nobody there could open it. */
export function requireOwn(
  file: string,
  { fingerprint }: SealingKey,
  { environment, secrets }: Pick<Place, 'environment' | 'secrets'>,
): void {
  const wanted = wantedBy(secrets);
  if (wanted === undefined || wanted === fingerprint) return;
  throw new KeelsonError(file, 'secret/other-certificate', {
    message: `has the fingerprint ${fingerprint}, and '${environment}' is sealed for ${wanted}`,
    hint: "`kubeseal --fetch-cert` on that cluster; where its key was renewed, write the new fingerprint into 'secrets.certificate'",
  });
}

function wantedBy(secrets: SecretBackend): string | undefined {
  return typeof secrets === 'object' && secrets.backend === 'sealed-secrets'
    ? fingerprintIn(secrets.certificate)
    : undefined;
}

function readCertificate(folder: string, file: string): X509Certificate {
  let text: string;
  try {
    text = readFileSync(resolve(folder, file), 'utf8');
  } catch (cause) {
    throw new KeelsonError(file, 'secret/no-certificate', {
      message: 'cannot be read as a certificate file',
      hint: HINT,
      cause,
    });
  }
  try {
    return new X509Certificate(text);
  } catch {
    throw wrong(file, 'is no certificate in PEM form');
  }
}

const HINT = '`kubeseal --fetch-cert > sealing.pem` fetches it from the cluster; it is public';

function wrong(file: string, what: string): KeelsonError {
  return new KeelsonError(file, 'secret/bad-certificate', { message: what, hint: HINT });
}
