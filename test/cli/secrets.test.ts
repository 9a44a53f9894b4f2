import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, test } from 'vitest';
import { sealingKey } from '../../src/operations/secrets/certificate.ts';
import { keelson } from './keelson.ts';
import { project, put, tree } from './project.ts';
import { CERTIFICATE, NO_RSA } from './sealing-certificates.ts';

const RECIPIENT = await identityToRecipient(await generateX25519Identity());
const SEALED = "{ backend: 'sealed-secrets' }";
const SOPS = `{ backend: 'sops', recipients: ['${RECIPIENT}'] }`;
const VAULT =
  "{ backend: 'external-secrets', store: { vault: { server: 'https://v:8200', path: 'kv', role: 'shop' } } }";

/** One environment with a generated and a given password. */
const program = (secrets: string): string => `
import { definePlatform, ManagedRedis, Redis, Worker } from 'keelson';

export default definePlatform({
  name: 'shop',
  clusters: { main: { provider: 'generic', kubernetes: '1.34' } },
  environments: {
    prod: { cluster: 'main', tier: 'review', domain: 'example.com', settings: {}, secrets: ${secrets} },
  },
  compose(env) {
    const cache = new Redis(env.layer('data'), 'cache', { memory: '64Mi' });
    const far = new ManagedRedis(env.layer('data'), 'far', { host: 'redis.example.com', cidrs: ['10.0.0.0/16'] });
    new Worker(env.layer('apps'), 'mailer', {
      image: 'mailer:1',
      uses: { CACHE: cache.keys('*').readWrite, FAR: far.keys('*').read },
    });
  },
});
`;

const PLANTED = 'pl4nted-value';

function shop(secrets: string, env = `FAR_AUTH_PASSWORD='${PLANTED}'\n`) {
  return project({ 'charts/main.ts': program(secrets), '.env': env, 'sealing.pem': CERTIFICATE });
}

const seal = (folder: string, more = ' --cert sealing.pem') =>
  keelson(`secrets seal --env prod --from .env${more}`, { folder });

const below = (folder: string, start: string) =>
  Object.fromEntries(Object.entries(tree(folder)).filter(([path]) => path.startsWith(start)));

test.each([
  ['sealed-secrets', SEALED],
  ['sops', SOPS],
])('%s: sealed values are synthesized, and show nowhere', async (_, backend) => {
  const folder = shop(backend);
  const before = await keelson('synth', { folder });
  expect(before.code).toBe(1);

  const sealed = await seal(folder);
  expect(sealed).toEqual({
    code: 0,
    out: `secrets/shop/prod/cache-internal.yaml
secrets/shop/prod/cache-mailer.yaml
secrets/shop/prod/far-auth.yaml
`,
    err: `generated CACHE_INTERNAL_PASSWORD
generated CACHE_INTERNAL_PREVIOUS
generated CACHE_MAILER_PASSWORD
generated CACHE_MAILER_PREVIOUS
3 files sealed; commit them
`,
  });
  const synthesized = await keelson('synth', { folder });
  expect(synthesized).toMatchObject({ code: 0, out: '' });
  expect(Object.keys(below(folder, 'dist/shop/main/prod/data/far'))).toEqual([
    `dist/shop/main/prod/data/far/${backend === SEALED ? 'sealedsecret' : 'secret'}-far-auth.yaml`,
  ]);

  const listed = await keelson('secrets list', { folder });
  expect(listed.code).toBe(0);
  const files = tree(folder);
  delete files['.env'];
  const everything = JSON.stringify([files, sealed, synthesized, listed]);
  expect(everything).not.toContain(PLANTED);
  expect(everything).not.toContain(Buffer.from(PLANTED).toString('base64').slice(0, 12));
});

const OTHERS = await identityToRecipient(await generateX25519Identity());

test.each(['synth', 'check', 'secrets list'])(
  '%s says no to what was sealed for another key',
  async (command) => {
    const folder = shop(SOPS);
    expect((await seal(folder, '')).code).toBe(0);
    put(folder, { 'charts/main.ts': program(SOPS.replace(RECIPIENT, OTHERS)) });
    const { code, err, out } = await keelson(command, { folder });
    expect(code).toBe(1);
    expect(out + err).toContain(`secrets/shop/prod/far-auth.yaml is not sealed for '${OTHERS}'`);
  },
);

test('a recipient with a letter that is wrong is refused before anything is sealed', async () => {
  const wrong = RECIPIENT.replace(/.$/, (last) => (last === 'q' ? 'p' : 'q'));
  const folder = shop(SOPS.replace(RECIPIENT, wrong));
  for (const { code, err } of [await keelson('synth', { folder }), await seal(folder, '')]) {
    expect(code).toBe(2);
    expect(err).toContain(`'secrets.recipients' names '${wrong}', whose checksum is wrong`);
  }
});

const { fingerprint256 } = new X509Certificate(CERTIFICATE);

test.each([
  ['as openssl prints it', fingerprint256],
  ['without colons', fingerprint256.replaceAll(':', '').toLowerCase()],
])('the certificate that the platform names is taken: %s', async (_, certificate) => {
  const folder = shop(`{ backend: 'sealed-secrets', certificate: '${certificate}' }`);
  expect((await seal(folder)).code).toBe(0);
});

test('fails with the certificate of another cluster', async () => {
  const wanted = fingerprint256.replaceAll('A', 'B');
  const folder = shop(`{ backend: 'sealed-secrets', certificate: '${wanted}' }`);
  const { code, err } = await seal(folder);
  expect(code).toBe(2);
  expect(err).toContain(
    `sealing.pem: has the fingerprint ${fingerprint256}, and 'prod' is sealed for ${wanted}`,
  );
  expect(err).toContain('code: secret/other-certificate');
  expect(below(folder, 'secrets')).toEqual({});
});

test('what is sealed stays, byte for byte, until something new is given for it', async () => {
  const folder = shop(SEALED);
  await seal(folder);
  const first = below(folder, 'secrets/');
  put(folder, { '.env': '# nothing\n' });
  const { code, err, out } = await seal(folder);
  expect({ code, out }).toEqual({ code: 0, out: '' });
  expect(err).toContain('left secrets/shop/prod/far-auth.yaml as it is');
  expect(below(folder, 'secrets/')).toEqual(first);

  put(folder, { '.env': 'FAR_AUTH_PASSWORD=another' });
  expect((await seal(folder)).out).toBe('secrets/shop/prod/far-auth.yaml\n');
  const second = below(folder, 'secrets/');
  expect(second['secrets/shop/prod/cache-mailer.yaml']).toBe(
    first['secrets/shop/prod/cache-mailer.yaml'],
  );
});

test('the end of a key that stands without quotes is not taken for a name and shown', async () => {
  const folder = shop(
    SEALED,
    'FAR_AUTH_PASSWORD=-----BEGIN KEY-----\nc3VwZXJzZWNyZXRwYXJ0b2Z0aGVrZXk=\n',
  );
  const { code, err } = await seal(folder);
  expect(code).toBe(1);
  expect(err).toContain(".env:2: what stands before the = is no variable of 'prod'");
  expect(err).not.toContain('c3Vw');
});

test('every wrong line is told at once, without its value, and nothing is written', async () => {
  const folder = shop(
    SEALED,
    [
      `FAR_AUTH_PASWORD=${PLANTED}`,
      'CACHE_MAILER_PASSWORD=',
      `${PLANTED} ${PLANTED}`,
      `FAR_AUTH_PASSWORD='${PLANTED}`,
    ].join('\r\n'),
  );
  const { code, err, out } = await seal(folder);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatchInlineSnapshot(`
    "error: .env:1: 'FAR_AUTH_PASWORD' is no variable of 'prod'
     hint: did you mean 'FAR_AUTH_PASSWORD'? known variables: CACHE_INTERNAL_PASSWORD, CACHE_INTERNAL_PREVIOUS, CACHE_MAILER_PASSWORD, CACHE_MAILER_PREVIOUS, FAR_AUTH_PASSWORD
    error: .env:2: 'CACHE_MAILER_PASSWORD' is empty
     hint: give a value, or take the line away
    error: .env:3: is neither NAME=value nor a comment
     hint: a value of several lines stands in quotes
    error: .env:4: 'FAR_AUTH_PASSWORD' begins with a quote that never ends
     hint: put the value into single quotes; a quote itself into double quotes, as \\"
    nothing was written
    "
  `);
  expect(below(folder, 'secrets')).toEqual({});
});

test.each([
  ['nobody fills it in', 'FAR_AUTH_PASSWORD=', "error: .env:1: 'FAR_AUTH_PASSWORD' is empty"],
  ['it lacks a value', '', "error: .env: 'FAR_AUTH_PASSWORD' is missing"],
  ['it says something twice', 'FAR_AUTH_PASSWORD=1\nFAR_AUTH_PASSWORD=2', 'is also on line 1'],
])('fails when %s', async (_, env, message) => {
  const folder = shop(SOPS, env);
  const { code, err } = await seal(folder, '');
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining(message) });
  expect(below(folder, 'secrets')).toEqual({});
});

test.each([
  ['there is no .env', { '.env': undefined }, '', 'code: secret/no-env-file'],
  ['no certificate is given', {}, '', 'code: secret/no-certificate'],
  ['the certificate is not there', {}, ' --cert nowhere.pem', 'code: secret/no-certificate'],
  [
    'it is none',
    { 'sealing.pem': `${PLANTED}\n` },
    ' --cert sealing.pem',
    'is no certificate in PEM form',
  ],
  ['it is for no RSA key', { 'sealing.pem': NO_RSA }, ' --cert sealing.pem', 'holds no RSA key'],
] as [string, Record<string, string | undefined>, string, string][])(
  'fails when %s',
  async (_, files, more, message) => {
    const folder = shop(SEALED);
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) execFileSync('rm', [join(folder, path)]);
      else put(folder, { [path]: text });
    }
    const { code, err, out } = await seal(folder, more);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(err).not.toContain(PLANTED);
    expect(below(folder, 'secrets')).toEqual({});
  },
);

test.each([
  ['secrets seal --from .env', 'code: usage/missing-option'],
  ['secrets seal --env prod', 'code: usage/missing-option'],
  ['secrets seal --env prd --from .env', "did you mean 'prod'?"],
  ['secrets seal --env shared --from .env', "environment 'shared'"],
  ['secrets sael', 'code: usage/unknown-command'],
])('`keelson %s` is refused', async (line, message) => {
  const { code, err, out } = await keelson(line, { folder: shop(VAULT) });
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('an environment whose values are kept elsewhere has nothing to seal', async () => {
  const { code, err } = await seal(shop(VAULT));
  expect(code).toBe(2);
  expect(err).toContain(
    "environment 'prod' has the secret backend 'external-secrets', which needs no ciphertext",
  );
});

test.skipIf(process.getuid?.() === 0)(
  'a folder that cannot be written is left as it is',
  async () => {
    const folder = shop(SEALED);
    mkdirSync(join(folder, 'secrets'));
    chmodSync(join(folder, 'secrets'), 0o500);
    expect((await seal(folder)).code).toBe(2);
  },
);

test('lists every Secret, its readers, and where each value is kept', async () => {
  const { code, err, out } = await keelson('secrets list --env prod', { folder: shop(VAULT) });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatchInlineSnapshot(`
    "shop/prod on cluster main: external-secrets

      cache-internal: namespace shop-prod, owner cache, read by its owner alone
        hashes           derived from password-sha256, previous-sha256
        password         generated, 32 letters and digits; kept in shop/prod/cache-internal/password
        password-sha256  SHA-256 of password
        previous         generated, 32 letters and digits; kept in shop/prod/cache-internal/previous
        previous-sha256  SHA-256 of previous

      cache-mailer: namespace shop-prod, owner cache, read by prod/mailer
        hashes           derived from password-sha256, previous-sha256
        password         generated, 32 letters and digits; kept in shop/prod/cache-mailer/password
        password-sha256  SHA-256 of password
        previous         generated, 32 letters and digits; kept in shop/prod/cache-mailer/previous
        previous-sha256  SHA-256 of previous
        url              derived from password

      far-auth: namespace shop-prod, owner far, read by prod/mailer
        password  given by somebody: password of user 'default' at redis.example.com; kept in shop/prod/far-auth
        url       derived from password
    "
  `);
});

test('a Secret that is missing makes the list fail', async () => {
  const { code, err, out } = await keelson('secrets list --output json', { folder: shop(SEALED) });
  expect(code).toBe(1);
  expect(err).toContain(
    "Secret 'cache-mailer' has no ciphertext in secrets/shop/prod/cache-mailer.yaml",
  );
  const [listing] = (JSON.parse(out) as { environments: { secrets: { secret: string }[] }[] })
    .environments;
  expect(listing?.secrets.map(({ secret }) => secret)).toEqual([
    'cache-internal',
    'cache-mailer',
    'far-auth',
  ]);
});

test('prints a file to fill in, which the seal takes', async () => {
  const folder = shop(SEALED);
  const { code, err, out } = await keelson('secrets sample', { folder });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatchInlineSnapshot(`
    "# Generated by keelson secrets sample; copy it to .env, which Git ignores, and fill it in.
    # \`keelson secrets seal --env <name> --from .env\` takes the variables that are in that environment.

    # cache: key 'password' of cache-internal, in shop/prod (sealed-secrets)
    # Generated when it is left out.
    # CACHE_INTERNAL_PASSWORD=

    # cache: key 'previous' of cache-internal, in shop/prod (sealed-secrets)
    # Generated when it is left out.
    # CACHE_INTERNAL_PREVIOUS=

    # cache: key 'password' of cache-mailer, in shop/prod (sealed-secrets)
    # Generated when it is left out.
    # CACHE_MAILER_PASSWORD=

    # cache: key 'previous' of cache-mailer, in shop/prod (sealed-secrets)
    # Generated when it is left out.
    # CACHE_MAILER_PREVIOUS=

    # far: key 'password' of far-auth, in shop/prod (sealed-secrets)
    # password of user 'default' at redis.example.com
    FAR_AUTH_PASSWORD=

    # shop/prod; set in the program, not here:
    #   cluster: main
    #   tier: review
    #   domain: example.com
    #   ingress: ingress
    #   metrics: none
    #   images: manual
    #   secrets: sealed-secrets
    #   cache listens on 6379 (tcp-redis)
    #   mailer: CACHE_HOST=cache (redis)
    #   mailer: CACHE_PORT=6379
    #   mailer: CACHE_TLS=false
    #   mailer: CACHE_USER=mailer
    #   mailer: FAR_HOST=redis.example.com (redis)
    #   mailer: FAR_PORT=6379
    #   mailer: FAR_TLS=true
    #   mailer: FAR_USER=default
    "
  `);
  put(folder, { '.env': out.replace('FAR_AUTH_PASSWORD=', 'FAR_AUTH_PASSWORD=x') });
  expect((await seal(folder)).code).toBe(0);
});

test('fails when the certificate has expired', () => {
  const folder = project({ 'sealing.pem': CERTIFICATE });
  const later = () => sealingKey(folder, 'sealing.pem', new Date('2999-01-01'));
  expect(later).toThrow(/^sealing.pem: has expired on 2126-/);
});
