import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CannotRun } from '../tools.ts';

/** Makes a self-signed certificate for `localhost`, valid for a day. */
export async function makeCertificate(certificate: string, key: string): Promise<void> {
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-subj',
    '/CN=localhost',
  ];
  const files = [
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-out',
    certificate,
    '-keyout',
    key,
  ];
  await promisify(execFile)('openssl', [...args, ...files]).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new CannotRun('openssl is not installed; install it and put it on the PATH');
    },
  );
}
