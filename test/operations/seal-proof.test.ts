import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { load } from 'js-yaml';
import { beforeAll, expect, test } from 'vitest';
import type { KubeObject } from '../../src/core/model.ts';
import { clearParts, sealedKeys } from '../../src/core/sealed-document.ts';
import { generated } from '../../src/core/secret.ts';
import { sealedSecret } from '../../src/operations/secrets/sealed-secret.ts';
import { sopsDocument } from '../../src/operations/secrets/sops-document.ts';
import { HEADER } from '../../src/output/read.ts';
import { project, put } from '../cli/project.ts';
import { goTool } from '../tools.ts';
import { facts, type Plain } from './sealing.ts';

/** What a value may hold, and what keys may be called: in an order that is not theirs. */
const VALUES = new Map([
  ['password', 'planted "quotes" and \\ and $HOME'],
  ['tls.key', '-----BEGIN KEY-----\nplanted\n-----END KEY-----\n'],
  ['B', 'ünïcödé 🚢 %41'],
  ['10', 'true'],
  ['9', '0123'],
  ['empty', ''],
]);
const secret = facts(Object.fromEntries([...VALUES.keys()].map((key) => [key, generated()])), {
  type: 'example.com/odd',
  labels: { 'cnpg.io/reload': 'true' },
});

let kubeseal = '';
let sops = '';
beforeAll(async () => {
  kubeseal = await goTool('kubeseal');
  sops = await goTool('sops');
}, 900_000);

/** Go writes nothing as null. */
const decoded = (data: Readonly<Record<string, string | null>> = {}) =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      Buffer.from(value ?? '', 'base64').toString(),
    ]),
  );

const NOW = new Date('2026-11-21T12:00:00Z');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

test('the real kubeseal opens what was sealed, in its own namespace and under its own name', () => {
  const folder = project({ 'key.pem': pem });
  const open = (text: string): KubeObject => {
    const args = ['--recovery-unseal', '--recovery-private-key', join(folder, 'key.pem')];
    return JSON.parse(execFileSync(kubeseal, args, { input: text, stdio: 'pipe' }).toString());
  };
  const text = sealedSecret(secret, VALUES, undefined, publicKey, NOW);
  expect(text).not.toContain('planted');
  expect(sealedKeys(load(text) as KubeObject)?.toSorted()).toEqual([...VALUES.keys()].sort());
  const opened = open(text);
  expect(decoded(opened['data'] as Record<string, string>)).toEqual(Object.fromEntries(VALUES));
  expect(opened).toMatchObject({
    type: 'example.com/odd',
    metadata: { name: 'db-auth', namespace: 'shop-prod', labels: { 'cnpg.io/reload': 'true' } },
  });
  expect(() => open(text.replaceAll('shop-prod', 'shop-qa'))).toThrow(/no key could decrypt/);

  const partly = sealedSecret(
    secret,
    new Map([['B', 'new']]),
    load(text) as KubeObject,
    publicKey,
    NOW,
  );
  expect(decoded(open(partly)['data'] as Record<string, string>)).toEqual({
    ...Object.fromEntries(VALUES),
    B: 'new',
  });
});

test('the real sops opens what was sealed, and finds its MAC right, also in dist', async () => {
  const identity = await generateX25519Identity();
  const other = await generateX25519Identity();
  const recipients = [await identityToRecipient(other), await identityToRecipient(identity)];
  const folder = project();
  const open = (text: string): Plain => {
    put(folder, { 'secret.yaml': text });
    const env = { PATH: process.env['PATH'], SOPS_AGE_KEY: identity };
    const args = ['decrypt', join(folder, 'secret.yaml')];
    return load(execFileSync(sops, args, { env, stdio: 'pipe' }).toString()) as Plain;
  };
  const text = await sopsDocument(secret, VALUES, recipients, new Date('2026-01-02T03:04:05.678Z'));
  expect(text).not.toContain('planted');
  expect(sealedKeys(load(text) as KubeObject)?.toSorted()).toEqual([...VALUES.keys()].sort());
  const opened = open(text);
  expect(opened.stringData).toEqual(Object.fromEntries(VALUES));
  expect(opened).toMatchObject({ type: 'example.com/odd', metadata: { namespace: 'shop-prod' } });
  expect(open(`${HEADER}\n${text}`)).toEqual(opened);
  expect(open(text.replace('cnpg.io/reload', 'cnpg.io/other')).stringData).toEqual(
    opened.stringData,
  );

  const swapped = text.replace(/"9": (.*)\n/, '').replace('  password:', '  "9": $1\n  password:');
  expect(() => open(swapped)).toThrow();
  expect(() => open(text.replace(/^.*"10": .*\n/m, ''))).toThrow(/MAC mismatch/);
});

test('the real sops gives a file another key, as the rule says, and what it writes is taken', async () => {
  const [old, fresh] = [await generateX25519Identity(), await generateX25519Identity()];
  const [from, to] = [await identityToRecipient(old), await identityToRecipient(fresh)];
  const folder = project({ 'secret.yaml': await sopsDocument(secret, VALUES, [from], NOW) });
  const file = join(folder, 'secret.yaml');
  const env = { PATH: process.env['PATH'], SOPS_AGE_KEY: old };
  for (const change of [
    ['--add-age', to],
    ['--rm-age', from],
  ]) {
    execFileSync(sops, ['rotate', '-i', ...change, file], { env, stdio: 'pipe' });
  }
  const text = readFileSync(file, 'utf8');
  const object = load(text) as KubeObject;
  expect(object).toMatchObject({ sops: { age: [{ recipient: to }] } });
  expect(sealedKeys(object)?.toSorted()).toEqual([...VALUES.keys()].sort());
  expect(clearParts({ object, text })).toEqual([]);
});
