import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import { asFiles, external } from '../../src/core/access.ts';
import { connect } from '../../src/core/connection.ts';
import { Worker, type WorkerProps } from '../../src/services/worker.ts';
import { Archive, Ledger } from '../core/invented.ts';
import { modelOf, objectOf, specOf } from '../synth.ts';

function podOf(props: (ledger: Ledger, archive: Archive) => Partial<WorkerProps>): k8s.PodSpec {
  const model = modelOf((scope) => {
    const [ledger, archive] = [new Ledger(scope, 'ledger'), new Archive(scope, 'archive')];
    new Worker(scope, 'mailer', { image: 'shop', ...props(ledger, archive) });
  });
  return specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template.spec as k8s.PodSpec;
}

test('a connection gives address, values and credentials under its alias', () => {
  const pod = podOf((ledger) => ({ uses: { BOOKS: ledger.book('orders').read } }));
  expect(pod.containers[0]?.env).toEqual([
    { name: 'BOOKS_HOST', value: 'ledger' },
    { name: 'BOOKS_PORT', value: '7000' },
    { name: 'BOOKS_BOOK', value: 'orders' },
    { name: 'BOOKS_USER', value: 'mailer' },
    {
      name: 'BOOKS_PASSWORD',
      valueFrom: { secretKeyRef: { name: 'ledger-mailer', key: 'password' } },
    },
  ]);
});

test('what it says itself comes first, then connections by alias, never in the order of the code', () => {
  const namesOf = (uses: NonNullable<WorkerProps['uses']>) =>
    podOf(() => ({ env: { ZONE: 'a', AREA: 'b' }, uses })).containers[0]?.env?.map(
      ({ name }) => name,
    );
  const [a, b] = [external('a.example.com', 443), external('b.example.com', 443)];
  const names = ['ZONE', 'AREA', 'A_HOST', 'A_PORT', 'A_TLS', 'B_HOST', 'B_PORT', 'B_TLS'];
  expect(namesOf({ A: a, B: b })).toEqual(names);
  expect(namesOf({ B: b, A: a })).toEqual(names);
});

test('a credential as files is mounted read-only, and the environment says where', () => {
  const pod = podOf((_, archive) => ({ uses: { OLD_ORDERS: asFiles(archive.read) } }));
  expect(pod.containers[0]?.env).toContainEqual({
    name: 'OLD_ORDERS_TOKEN_FILE',
    value: '/run/secrets/old_orders/token',
  });
  expect(pod.containers[0]?.volumeMounts).toContainEqual({
    name: 'uses-old-orders',
    mountPath: '/run/secrets/old_orders',
    readOnly: true,
  });
  expect(pod.volumes).toContainEqual({
    name: 'uses-old-orders',
    projected: {
      sources: [{ secret: { name: 'archive-mailer', items: [{ key: 'token', path: 'token' }] } }],
    },
  });
  expect(JSON.stringify(pod)).not.toContain('secretKeyRef');
});

test('a connection that is added later reaches the container all the same', () => {
  const model = modelOf((scope) => {
    const mailer = new Worker(scope, 'mailer', { image: 'shop' });
    connect(mailer, 'LEDGER', new Ledger(scope, 'ledger').book('orders').read);
  });
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template;
  expect(spec?.containers[0]?.env?.map(({ name }) => name)).toContain('LEDGER_PASSWORD');
});

test('files of one name get keys of their own, and each is mounted alone', () => {
  const files = { '/etc/a/app.yaml': 'a: 1\n', '/etc/b/app.yaml': 'b: 1\n', '/etc/c.txt': 'c\n' };
  const model = modelOf((scope) => new Worker(scope, 'mailer', { image: 'shop', files }));
  expect(objectOf(model, 'ConfigMap', 'mailer-config')['data']).toEqual({
    'etc_a_app.yaml': 'a: 1\n',
    'etc_b_app.yaml': 'b: 1\n',
    'c.txt': 'c\n',
  });
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template;
  const mounts = spec?.containers[0]?.volumeMounts?.filter(({ name }) => name === 'config');
  expect(mounts?.map(({ mountPath, subPath }) => [mountPath, subPath])).toEqual([
    ['/etc/a/app.yaml', 'etc_a_app.yaml'],
    ['/etc/b/app.yaml', 'etc_b_app.yaml'],
    ['/etc/c.txt', 'c.txt'],
  ]);
});

const NO_PATH = 'which is no absolute path of a file';

test.each([
  [{ env: { 'A-B=': '1' } }, `'env' names "A-B=", which is no name of an environment variable`],
  [{ env: { '1A': '1' } }, `'env' names "1A", which is no name of an environment variable`],
  [{ env: { '': '1' } }, `'env' names "", which is no name of an environment variable`],
  [{ resources: { cpu: '1Gi' } }, `'cpu' must be an amount of processor, got "1Gi"`],
  [{ resources: { cpuLimit: '0' } }, `'cpuLimit' must be an amount of processor, got "0"`],
  [
    { resources: { memory: '1.5Gi' } },
    `'memory' must be an amount in Ki, Mi, Gi, Ti or Pi, got "1.5Gi"`,
  ],
  [{ files: { 'app.yaml': '' } }, `'files' names "app.yaml", ${NO_PATH}`],
  [{ files: { '/etc/../passwd': '' } }, `'files' names "/etc/../passwd", ${NO_PATH}`],
  [{ files: { '/etc/..data': '' } }, `'files' names "/etc/..data", ${NO_PATH}`],
  [{ files: { '/tmp': '' } }, `'files' names "/tmp", ${NO_PATH}`],
  [{ files: { '/etc/a\nb': '' } }, `'files' names "/etc/a\\nb", ${NO_PATH}`],
  [
    { files: { '/a/b/x': '', '/a_b/x': '' } },
    "'files' has two paths that differ in '/' and '_' only: /a/b/x, /a_b/x",
  ],
])('fails with %j', (props, message) => {
  expect(() => podOf(() => props as Partial<WorkerProps>)).toThrow(`prod/apps/mailer: ${message}`);
});

test('fails when a variable and a connection have one name', () => {
  const build = () =>
    podOf((ledger) => ({ env: { BOOKS_HOST: 'x' }, uses: { BOOKS: ledger.book('a').read } }));
  expect(build).toThrow("prod/apps/mailer: the environment variable 'BOOKS_HOST' is given twice");
});
