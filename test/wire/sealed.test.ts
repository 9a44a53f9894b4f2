import { expect, test } from 'vitest';
import { runChecks } from '../../src/checks/checks.ts';
import type { KubeObject, Model, SealedFile } from '../../src/core/model.ts';
import { generated, human, madeBy } from '../../src/core/secret.ts';
import type { SecretBackend } from '../../src/core/secret-backend.ts';
import { HEADER } from '../../src/output/read.ts';
import { render } from '../../src/output/render.ts';
import { Worker } from '../../src/services/worker.ts';
import { Keeper } from '../core/keeper.ts';
import { objectOf, schemas } from '../synth.ts';
import { type Given, withBackend } from './secrets.ts';

const SEALED: SecretBackend = { backend: 'sealed-secrets' };
const KEY = 'age1qypqxpq9qcrsszg2pvxq6rs0zqg3yyc5z5tpwxqergd3c8g7rusqmwn7f2';
const OTHER = 'age1v4nxw6rfdf4kcmtwdac8zunnw36hvamc09a8klra0elcpqvzswzqw7hsdz';
const SOPS: SecretBackend = { backend: 'sops', recipients: [KEY] };
const CIPHER = 'QUJD'.repeat(60);
const ENC = 'ENC[AES256_GCM,data:QUJD,iv:QUJD,tag:QUJD,type:str]';

function sealedFile(keys: readonly string[], more: object = {}): SealedFile {
  const object = {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name: 'db-auth', namespace: 'test-prod' },
    spec: { encryptedData: Object.fromEntries(keys.map((key) => [key, CIPHER])) },
    ...more,
  } as KubeObject;
  return fileOf(object);
}

function sopsFile(stringData: object, more: object = {}): SealedFile {
  const object = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db-auth', namespace: 'test-prod' },
    stringData,
    sops: { mac: ENC, age: [{ recipient: KEY, enc: 'QUJD' }] },
    ...more,
  } as KubeObject;
  return fileOf(object);
}

function fileOf(object: KubeObject, more = ''): SealedFile {
  const { name } = object.metadata;
  const file = `secrets/test/prod/${name}.yaml`;
  return { environment: 'prod', secret: name, file, text: `the text of ${file}\n${more}`, object };
}

const keys = { password: generated(), 'api.key': human('the key') };

function built(sealed: readonly SealedFile[], given: Partial<Given> = {}): Model {
  return withBackend({ secrets: SEALED, sealed, ...given }, (env) => {
    const db = new Keeper(env.layer('data'), 'db', { keys });
    const uses = { DB: db.give({ PASSWORD: 'password' }) };
    new Worker(env.layer('apps'), 'web', { image: 'shop', uses });
  });
}

const said = (model: Model) =>
  runChecks({ model, schemas, fileOf: () => '' })
    .findings.filter(({ rule }) => rule.startsWith('secret') || rule === 'clear-secret')
    .map(({ at, message, severity }) => `${severity} ${at}: ${message}`);

const AT = 'error prod/data/db/secret-db-auth: ';
const FILE = 'secrets/test/prod/db-auth.yaml';

test('a SealedSecret is emitted with its owner, and the controller once', () => {
  const model = built([sealedFile(['password', 'api.key'])]);
  expect(objectOf(model, 'SealedSecret', 'db-auth')).toMatchObject({
    metadata: { namespace: 'test-prod', labels: { 'app.kubernetes.io/instance': 'db' } },
    spec: { encryptedData: { password: CIPHER } },
  });
  expect(objectOf(model, 'HelmRelease', 'sealed-secrets').metadata.namespace).toBe('test-shared');
  expect(said(model)).toEqual([]);
});

test('a document of SOPS is written to the byte, and nothing is added to it', () => {
  const file = sopsFile({ password: ENC, 'api.key': ENC });
  const model = built([file], { secrets: SOPS });
  const [path, text] =
    [...render(model)].find(([each]) => each.endsWith('secret-db-auth.yaml')) ?? [];
  expect(path).toBe('test/test/prod/data/db/secret-db-auth.yaml');
  expect(text).toBe(`${HEADER}\n${file.text}`);
  expect(said(model)).toEqual([]);
});

test.each([
  ['there is none', SEALED, [], [`Secret 'db-auth' has no ciphertext in ${FILE}`]],
  ['a key is missing', SEALED, [sealedFile(['password'])], [`${FILE} lacks key 'api.key'`]],
  [
    'a key is unknown',
    SOPS,
    [sopsFile({ password: ENC, 'api.key': ENC, old: ENC })],
    [`${FILE} has key 'old', which nobody declares`],
  ],
  [
    'it is for another Secret',
    SEALED,
    [sealedFile(['password', 'api.key'], { metadata: { name: 'db-auth', namespace: 'other' } })],
    [`${FILE} is for namespace 'other', not 'test-prod'`],
  ],
  [
    'it is of another type',
    SOPS,
    [sopsFile({ password: ENC, 'api.key': ENC }, { type: 'kubernetes.io/tls' })],
    [`${FILE} is of type 'kubernetes.io/tls', not 'Opaque'`],
  ],
  [
    'it belongs to the other backend',
    SOPS,
    [sealedFile(['password', 'api.key'])],
    [`${FILE} is not a Secret encrypted by SOPS, or something in it is in clear`],
  ],
  [
    'SOPS left a value in clear',
    SOPS,
    [sopsFile({ password: 'planted', 'api.key': ENC })],
    [`${FILE} is not a Secret encrypted by SOPS, or something in it is in clear`],
  ],
  [
    'it was never encrypted',
    SOPS,
    [sopsFile({ password: 'planted', 'api.key': 'planted' }, { sops: undefined })],
    [`${FILE} is not a Secret encrypted by SOPS, or something in it is in clear`],
  ],
  [
    'a template is in clear',
    SEALED,
    [sealedFile([], { spec: { encryptedData: {}, template: { data: { password: 'planted' } } } })],
    [`${FILE} is not a SealedSecret, or something in it is in clear`],
  ],
  [
    'something that is no ciphertext stands for it',
    SEALED,
    [sealedFile([], { spec: { encryptedData: { password: 'planted', 'api.key': 'planted' } } })],
    [`${FILE} is not a SealedSecret, or something in it is in clear`],
  ],
] as [string, SecretBackend, SealedFile[], string[]][])(
  'finds that %s',
  (_, secrets, files, messages) => {
    const model = built(files, { secrets });
    expect(said(model)).toEqual(messages.map((message) => AT + message));
    expect(JSON.stringify(model.entries)).not.toContain('planted');
    expect(said(model).join()).not.toContain('planted');
  },
);

const IDENTITY = { name: 'db-auth', namespace: 'test-prod' };
const annotated = (key: string) => ({
  metadata: { ...IDENTITY, annotations: { [key]: 'planted' } },
});
const BOTH = ['password', 'api.key'];
const ENCRYPTED = { password: ENC, 'api.key': ENC };
const SOPS_FILE = sopsFile(ENCRYPTED);

test.each([
  [
    'an annotation beside what SOPS encrypted',
    SOPS,
    sopsFile(ENCRYPTED, annotated('kubectl.kubernetes.io/last-applied-configuration')),
    "'metadata.annotations' holds 'kubectl.kubernetes.io/last-applied-configuration' in clear",
  ],
  [
    'an annotation of a SealedSecret',
    SEALED,
    sealedFile(BOTH, annotated('shop.example.com/note')),
    "'metadata.annotations' holds 'shop.example.com/note' in clear",
  ],
  [
    'an annotation of what a SealedSecret becomes',
    SEALED,
    sealedFile(BOTH, {
      spec: {
        encryptedData: { password: CIPHER, 'api.key': CIPHER },
        template: annotated('note'),
      },
    }),
    "'spec.template.metadata.annotations' holds 'note' in clear",
  ],
  [
    'a field that SOPS left alone',
    SOPS,
    sopsFile(ENCRYPTED, { stringdata: { password: 'planted' } }),
    "'stringdata' is in clear",
  ],
  [
    'a field of a template',
    SEALED,
    sealedFile(BOTH, {
      spec: {
        encryptedData: { password: CIPHER, 'api.key': CIPHER },
        template: { stringData: { password: 'planted' } },
      },
    }),
    "'spec.template.stringData' is in clear",
  ],
  [
    'a comment',
    SOPS,
    fileOf(SOPS_FILE.object, '# password: planted\nkind: Secret\n  # planted\n'),
    'lines 2, 4: a comment is in clear',
  ],
  [
    'a comment behind a value',
    SEALED,
    fileOf(sealedFile(BOTH).object, 'kind: SealedSecret # planted\n'),
    'line 2: a comment is in clear',
  ],
] as [string, SecretBackend, SealedFile, string][])(
  'finds what stands in clear: %s',
  (_, secrets, file, message) => {
    const model = built([file], { secrets });
    expect(said(model)).toEqual([`${AT}${FILE}: ${message}`]);
    expect(JSON.stringify(model.entries)).not.toContain('planted');
  },
);

test.each([
  [
    'annotations of Keelson, of the controller and of Flux',
    SEALED,
    sealedFile(BOTH, {
      metadata: {
        ...IDENTITY,
        creationTimestamp: null,
        annotations: {
          'keelson.dev/sealed-on': '2026-11-21',
          'sealedsecrets.bitnami.com/patch': 'true',
          'kustomize.toolkit.fluxcd.io/prune': 'disabled',
        },
      },
    }),
  ],
  [
    'an annotation that SOPS encrypted',
    SOPS,
    sopsFile(ENCRYPTED, {
      metadata: { ...IDENTITY, annotations: { note: ENC } },
    }),
  ],
  [
    'a comment that SOPS encrypted, and the line that Keelson writes',
    SOPS,
    { ...SOPS_FILE, text: `${HEADER}\nstringData:\n    #${ENC.replace('str', 'comment')}\n` },
  ],
] as [string, SecretBackend, SealedFile][])('has nothing against %s', (_, secrets, file) => {
  expect(said(built([file], { secrets }))).toEqual([]);
});

const sealedFor = (...recipients: string[]): SealedFile =>
  sopsFile(ENCRYPTED, {
    sops: { mac: ENC, age: recipients.map((recipient) => ({ recipient, enc: 'QUJD' })) },
  });

test.each([
  [
    'for another key',
    [OTHER],
    [
      `error prod/data/db/secret-db-auth: ${FILE} is not sealed for '${KEY}'`,
      `warning prod/data/db/secret-db-auth: ${FILE} is also sealed for '${OTHER}', whom 'recipients' does not name`,
    ],
  ],
  ['for nobody', [], [`error prod/data/db/secret-db-auth: ${FILE} is not sealed for '${KEY}'`]],
  [
    'for one more',
    [KEY, OTHER],
    [
      `warning prod/data/db/secret-db-auth: ${FILE} is also sealed for '${OTHER}', whom 'recipients' does not name`,
    ],
  ],
])('finds a file that is sealed %s', (_, recipients, messages) => {
  const model = built([sealedFor(...recipients)], { secrets: SOPS });
  expect(said(model)).toEqual(messages);
});

test('says how a file gets another key', () => {
  const model = built([sealedFor(OTHER)], { secrets: SOPS });
  const { findings } = runChecks({ model, schemas, fileOf: () => '' });
  const hints = findings.filter(({ rule }) => rule === 'secret-sealed').map(({ hint }) => hint);
  expect(hints).toEqual([
    `give all its values again to \`keelson secrets seal --env prod --from .env\`, or \`sops rotate -i --add-age ${KEY} ${FILE}\``,
    `\`sops rotate -i --rm-age ${OTHER} ${FILE}\`, or name the key under 'recipients'`,
  ]);
});

test('finds a file that nobody declares', () => {
  const other = fileOf({
    ...sealedFile(['a']).object,
    metadata: { name: 'old', namespace: 'test-prod' },
  });
  const model = built([sealedFile(['password', 'api.key']), other]);
  expect(said(model)).toEqual([
    'warning prod/secrets: secrets/test/prod/old.yaml is for a Secret that nobody declares',
  ]);
  expect(model.entries.map(({ object }) => object.metadata.name)).not.toContain('old');
});

test('finds a Secret that nothing reads, and one that a backend would take for another', () => {
  const model = withBackend({ secrets: { backend: 'sealed-secrets' } }, (env) => {
    new Keeper(env.layer('data'), 'db', { keys: { 'tls.crt': madeBy('cert-manager') } });
    new Keeper(env.layer('more', { namespace: 'more' }), 'db', {
      keys: { 'tls.crt': madeBy('cert-manager') },
    });
  });
  expect(said(model)).toEqual([
    "error prod/more/db/secret-db-auth: Secret 'db-auth' is also declared by 'prod/data/db/secret-db-auth', in namespace 'test-prod'",
    "warning prod/data/db/secret-db-auth: Secret 'db-auth' is declared, and nothing reads it",
    "warning prod/more/db/secret-db-auth: Secret 'db-auth' is declared, and nothing reads it",
  ]);
});

test('finds what an operator makes in another namespace, which no ciphertext can bring', () => {
  const model = withBackend({ secrets: SEALED }, (env) => {
    const db = new Keeper(env.layer('data'), 'db', { keys: { ca: madeBy('cloudnative-pg') } });
    const uses = { DB: db.give({ CA: 'ca' }) };
    new Worker(env.layer('agents', { namespace: 'agents' }), 'agent', { image: 'shop', uses });
  });
  expect(said(model)).toContain(
    "error prod/agents/agent: Secret 'db-auth' is made by an operator in another namespace, and nothing brings it to 'test-prod-agents'",
  );
});

test('finds a copy from an environment whose backend is another', () => {
  const model = withBackend(
    {
      secrets: SEALED,
      shared: (cluster) => {
        const db = new Keeper(cluster.layer('data'), 'db');
        return db;
      },
    },
    (env, db) => {
      const uses = { DB: (db as Keeper).give({ PASSWORD: 'password' }) };
      new Worker(env.layer('apps'), 'web', { image: 'shop', uses });
    },
  );
  const mixed: Model = {
    ...model,
    environments: model.environments.map((place) =>
      place.environment === 'shared' ? { ...place, secrets: 'existing' } : place,
    ),
  };
  expect(said(mixed)).toContain(
    "error prod/apps/web: Secret 'web-from-shared-db-auth' is a copy of 'db-auth' in 'shared', where the backend is 'existing' and here 'sealed-secrets'",
  );
});
