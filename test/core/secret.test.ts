import { expect, test } from 'vitest';
import {
  derived,
  generated,
  human,
  literal,
  madeBy,
  type SecretProps,
  sha256Of,
} from '../../src/core/secret.ts';
import { inOrderOfMaking, madeOf, templateParts } from '../../src/core/secret-source.ts';
import { Worker } from '../../src/services/worker.ts';
import { modelOf, modelOfAll } from '../synth.ts';
import { EVERY_SOURCE, Keeper } from './keeper.ts';

const declare = (props: Partial<SecretProps>) => () =>
  modelOf((scope) => new Keeper(scope, 'db', props));
const keys = (given: object): Partial<SecretProps> => ({ keys: given as SecretProps['keys'] });

test('a template names other keys in braces, and leaves other braces alone', () => {
  expect(templateParts('{"a":{user}}{tls.key:url}{}')).toEqual([
    '{"a":',
    { key: 'user', url: false },
    '}',
    { key: 'tls.key', url: true },
    '{}',
  ]);
  expect(madeOf(derived('{a}{b:url}{a}'))).toEqual(['a', 'b']);
});

test('keys are made after what they are made of', () => {
  const order = inOrderOfMaking({ a: sha256Of('b'), b: derived('{c}'), c: literal('x') });
  expect(order).toEqual(['c', 'b', 'a']);
});

test('the model has every key, the type and the labels', () => {
  const [facts] = declare(EVERY_SOURCE)().secrets;
  expect(facts).toMatchObject({ name: 'db-auth', ...EVERY_SOURCE });
});

test.each([
  [{ name: 'Db_Auth' }, 'secret/bad-name', `a DNS name (a-z, 0-9, '-', '.'), got "Db_Auth"`],
  [{ name: '../x' }, 'secret/bad-name', 'got "../x"'],
  [keys({}), 'secret/no-keys', "secret 'db-auth' declares no keys"],
  [keys({ 'a/b': generated() }), 'secret/bad-key', 'has a key "a/b"'],
  [keys({ a: undefined }), 'secret/no-source', "key 'a' of secret 'db-auth' has no source"],
  [keys({ a: null }), 'secret/no-source', 'has no source'],
  [keys({ a: { from: 'nowhere' } }), 'secret/no-source', 'has no source'],
  [keys({ a: human(' ') }), 'secret/no-source', "says nothing in 'about'"],
  [keys({ a: madeBy('') }), 'secret/no-source', "names no 'operator'"],
  [keys({ a: derived('') }), 'secret/no-source', 'has an empty template'],
  [keys({ a: generated(0) }), 'secret/bad-length', "'length' 0, which is no whole number"],
  [keys({ a: generated(Number.NaN) }), 'secret/bad-length', "'length' NaN"],
  [keys({ a: generated(9, 'hex') }), 'secret/bad-length', 'it must be even'],
  [keys({ a: generated(8, 'emoji' as 'hex') }), 'secret/bad-charset', "no 'charset'"],
  [
    keys({ pass: generated(), url: derived('x://{passs}') }),
    'secret/unknown-key',
    "key 'url' of secret 'db-auth' is made of 'passs', which the secret has not",
  ],
  [keys({ a: sha256Of('toString') }), 'secret/unknown-key', "made of 'toString'"],
  [keys({ a: sha256Of('a') }), 'secret/circle', "key 'a' of secret 'db-auth' is made of itself"],
  [
    keys({ a: derived('{b}'), b: sha256Of('c'), c: derived('{a}') }),
    'secret/circle',
    'is made of itself',
  ],
  [
    keys({ a: madeBy('cert-manager'), b: generated() }),
    'secret/two-makers',
    "has keys made by 'cert-manager' and others",
  ],
  [
    { type: 'kubernetes.io/tls' },
    'secret/type-lacks-key',
    "of type 'kubernetes.io/tls' has no key 'tls.crt', 'tls.key'",
  ],
] as [Partial<SecretProps>, string, string][])('fails on %j', (props, code, message) => {
  expect(declare(props)).toThrow(expect.objectContaining({ code }));
  expect(declare(props)).toThrow(message);
});

test('an error never shows a literal', () => {
  const planted = 'planted-literal-value';
  const fail = declare(keys({ a: literal(planted), b: sha256Of('nope') }));
  expect(fail).toThrow(expect.objectContaining({ message: expect.not.stringContaining(planted) }));
});

test('a client in the same namespace reads the owner’s own Secret', () => {
  const model = modelOf((scope) => {
    const db = new Keeper(scope, 'db');
    new Worker(scope, 'mailer', { image: 'shop', uses: { DB: db.give({ PASSWORD: 'password' }) } });
  });
  expect(model.secrets.map(({ name }) => name)).toEqual(['db-auth']);
  expect(model.links[0]?.secrets).toEqual([{ secret: 'db-auth', key: 'password' }]);
});

test('a client in another namespace has a copy of the keys that it uses, and goes with it', () => {
  const build = (used: boolean) =>
    modelOfAll((env) => {
      const db = new Keeper(env.layer('data'), 'db', EVERY_SOURCE);
      const uses = { DB: db.give({ URL: 'url' }), DB_TOO: db.give({ USER: 'username' }) };
      new Worker(env.layer('agents', { namespace: 'agents' }), 'agent', {
        image: 'shop',
        ...(used && { uses }),
      });
    });
  const [declared, copy, ...others] = build(true).secrets;
  expect(others).toEqual([]);
  expect(copy).toMatchObject({
    name: 'agent-from-db-auth',
    origin: { namespace: 'test-prod-agents', service: 'agent', layer: 'agents' },
    copyOf: { name: 'db-auth', origin: declared?.origin },
  });
  expect(Object.keys(copy?.keys ?? {}).sort()).toEqual(['url', 'username']);
  expect(build(true).links[0]?.secrets).toEqual([{ secret: 'agent-from-db-auth', key: 'url' }]);
  expect(build(false).secrets).toHaveLength(1);
});
