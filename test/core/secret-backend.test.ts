import { expect, test } from 'vitest';
import { definePlatform, type Platform } from '../../src/core/platform.ts';

const KEY = 'age1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5z5tpwxqergd3c8g7rusqmwn7f2';
const FINGERPRINT = Array.from({ length: 32 }, () => 'A5').join(':');
const PRIVATE = 'AGE-SECRET-KEY-1PLANTED';
const vault = { server: 'https://vault.example.com', path: 'kv', role: 'shop' };
const prod = { cluster: 'one', tier: 'review', domain: 'example.com', settings: {} };

/** As JavaScript calls it: without any types. */
const define = (secrets: unknown, shared?: unknown): Platform =>
  (definePlatform as unknown as (props: unknown) => Platform)({
    name: 'test',
    clusters: {
      one: { provider: 'aws', kubernetes: '1.34', ...(shared !== undefined && { shared }) },
    },
    environments: { prod: { ...prod, secrets }, qa: { ...prod, secrets } },
    compose: () => {},
  });

const GOOD: unknown[] = [
  undefined,
  'existing',
  { backend: 'sealed-secrets' },
  { backend: 'sealed-secrets', certificate: FINGERPRINT },
  { backend: 'sealed-secrets', certificate: FINGERPRINT.replaceAll(':', '').toLowerCase() },
  { backend: 'sops', recipients: [KEY] },
  { backend: 'external-secrets', store: { vault } },
  { backend: 'external-secrets', store: { vault: { ...vault, mountPath: 'k8s' } } },
  { backend: 'external-secrets', store: { aws: { region: 'eu-west-1' } } },
];

test.each(GOOD)('%j is taken, and shared takes what all agree on', (secrets) => {
  const [shared] = define(secrets).compose('one', {}).environments;
  expect(shared?.secrets).toEqual(secrets ?? 'existing');
});

const store = (given: unknown) => ({ backend: 'external-secrets', store: given });

test.each([
  ['vault', `'secrets' must be 'existing' or an object with 'backend' external-secrets,`],
  [null, 'got object'],
  [{ backend: 'toString' }, 'got an object with backend'],
  [{ backend: 'sealed-secrets', cert: 'x' }, "'secrets.cert' is not a key that Keelson knows"],
  [{ backend: 'sops' }, "'secrets.recipients' must be age public keys (age1…), got none"],
  [{ backend: 'sops', recipients: [] }, 'got none'],
  [{ backend: 'sops', recipients: [KEY, PRIVATE] }, 'must be age public keys'],
  [
    { backend: 'sops', recipients: [KEY, KEY.replace(/.$/, 'q')] },
    `'secrets.recipients' names '${KEY.replace(/.$/, 'q')}', whose checksum is wrong`,
  ],
  [
    { backend: 'sealed-secrets', certificate: 'A5:A5' },
    `'secrets.certificate' must be a SHA-256 fingerprint, got "A5:A5"`,
  ],
  [{ backend: 'sealed-secrets', certificate: 1 }, 'must be a SHA-256 fingerprint, got 1'],
  [store(undefined), "given a 'store' with either 'vault' or 'aws', got undefined"],
  [store({ vault, aws: { region: 'x' } }), "with either 'vault' or 'aws'"],
  [store({ gcp: {} }), "with either 'vault' or 'aws'"],
  [store({ vault: { ...vault, role: '' } }), `given 'role' in 'store.vault' as text, got string`],
  [store({ vault: { ...vault, server: 'vault:8200' } }), 'as https://…'],
  [store({ vault: { ...vault, token: 'x' } }), "'secrets.store.vault.token' is not a key"],
  [store({ aws: {} }), "given 'region' in 'store.aws' as text, got undefined"],
] as [unknown, string][])('fails on %j', (secrets, message) => {
  const at = "platform 'test', environment 'prod': ";
  expect(() => define(secrets)).toThrow(message);
  expect(() => define(secrets)).toThrow(at);
  expect(() => define('existing', { secrets })).toThrow("platform 'test', cluster 'one': ");
});

test.each([
  'hvs.CAESIJ-planted',
  { backend: 'vault', token: 'hvs.CAESIJ-planted' },
  store({ vault: { ...vault, server: 'root:hvs.CAESIJ-planted@vault' } }),
])('an error never shows a token that was put in the wrong place: %#', (secrets) => {
  const fail = () => define(secrets);
  expect(fail).toThrow("'secrets' must be");
  expect(fail).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('planted') }),
  );
});

test('an error never shows a private key that was taken for a public one', () => {
  const fail = () => define({ backend: 'sops', recipients: [PRIVATE] });
  expect(fail).toThrow(expect.objectContaining({ message: expect.not.stringContaining(PRIVATE) }));
});
