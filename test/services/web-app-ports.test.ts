import { expect, test } from 'vitest';
import type * as k8s from '#imports/k8s.ts';
import type { Edge } from '../../src/core/edge.ts';
import { WebApp, type WebAppProps } from '../../src/services/web-app.ts';
import { Worker } from '../../src/services/worker.ts';
import { listed, modelOf, type SynthOptions, specOf } from '../synth.ts';

const edge: Edge = { name: 'public', from: [{ cidr: '10.0.0.0/16' }] };

function shop(props: Partial<WebAppProps> = {}, options?: SynthOptions) {
  return modelOf(
    (scope) => new WebApp(scope, 'shop', { image: 'shop', port: 8000, ...props }),
    options,
  );
}

test('the Service answers on port 80, and names the port of the pods', () => {
  const { ports } = specOf<k8s.ServiceSpec>(shop({ ports: { grpc: 9000 } }), 'Service', 'shop');
  expect(ports).toEqual([
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'grpc', port: 9000, targetPort: 'grpc' },
  ]);
});

test('a further port is reached by its name, and its policy names the port of the pods', () => {
  const model = modelOf((scope) => {
    const shop = new WebApp(scope, 'shop', { image: 'shop', port: 8000, ports: { grpc: 9000 } });
    new Worker(scope, 'mailer', {
      image: 'shop',
      uses: { SHOP: shop.port('grpc'), WEB: shop.http },
    });
  });
  const { ingress } = specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', 'shop-from-mailer');
  expect(ingress?.flatMap(({ ports }) => ports?.map(({ port }) => port))).toEqual([8000, 9000]);
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'mailer').template;
  expect(spec?.containers[0]?.env).toEqual([
    { name: 'SHOP_HOST', value: 'shop' },
    { name: 'SHOP_PORT', value: '9000' },
    { name: 'WEB_HOST', value: 'shop' },
    { name: 'WEB_PORT', value: '80' },
  ]);
});

test('Prometheus is let in and told where to look, in environments that have it', () => {
  const model = shop({ metrics: {} }, { environment: { metrics: 'prometheus' } });
  expect(specOf(model, 'PodMonitor', 'shop')).toMatchObject({
    podMetricsEndpoints: [{ port: 'http', path: '/metrics' }],
  });
  const policy = specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', 'shop-admits-prometheus');
  expect(policy.ingress?.[0]?.ports).toEqual([{ protocol: 'TCP', port: 8000 }]);
});

test('metrics on a port of their own stay off the Service', () => {
  const model = shop({ metrics: { port: 9100 } }, { environment: { metrics: 'prometheus' } });
  expect(specOf(model, 'PodMonitor', 'shop')).toMatchObject({
    podMetricsEndpoints: [{ port: 'metrics' }],
  });
  const { ports } = specOf<k8s.ServiceSpec>(model, 'Service', 'shop');
  expect(ports?.map(({ name }) => name)).toEqual(['http']);
});

test('metrics on the port of the service need no second one', () => {
  const model = shop({ metrics: { port: 8000 } });
  const { spec } = specOf<k8s.DeploymentSpec>(model, 'Deployment', 'shop').template;
  expect(spec?.containers[0]?.ports).toEqual([{ name: 'http', containerPort: 8000 }]);
});

test('without Prometheus there is no monitor, and nobody is let in', () => {
  const lines = listed(shop({ metrics: {} }));
  expect(lines).not.toContain('apps: PodMonitor shop');
  expect(lines).not.toContain('apps: NetworkPolicy shop-admits-prometheus');
});

test('who brings the traffic of an edge reaches the pods, on their port', () => {
  const model = shop({ expose: { host: 'shop.example.com', through: edge } });
  const policy = specOf<k8s.NetworkPolicySpec>(model, 'NetworkPolicy', 'shop-admits-edge');
  expect(policy.ingress).toEqual([
    { from: [{ ipBlock: { cidr: '10.0.0.0/16' } }], ports: [{ protocol: 'TCP', port: 8000 }] },
  ]);
});

test('with an issuer an Ingress asks for a certificate, and without one it says nothing of TLS', () => {
  const ingress = (through: Edge) =>
    specOf<k8s.IngressSpec>(
      shop({ expose: { host: 'a.example.com', through } }),
      'Ingress',
      'shop',
    );
  expect(ingress(edge)).not.toHaveProperty('tls');
  expect(ingress({ ...edge, certificate: { clusterIssuer: 'x' } }).tls).toEqual([
    { hosts: ['a.example.com'], secretName: 'shop-tls' },
  ]);
});

test('a route of Traefik asks cert-manager by itself, and one of a Gateway leaves it to the Gateway', () => {
  const through: Edge = { ...edge, certificate: { clusterIssuer: 'letsencrypt' } };
  const secretsOf = (ingress: 'traefik' | 'gateway') => {
    const model = shop(
      { expose: { host: 'a.example.com', through } },
      { environment: { ingress } },
    );
    const made = listed(model).includes('apps: Certificate shop-tls');
    return [made, model.secrets.map(({ name }) => name)];
  };
  expect(secretsOf('traefik')).toEqual([true, ['shop-tls']]);
  expect(secretsOf('gateway')).toEqual([false, []]);
});

test('a certificate that somebody gives is a Secret like any other', () => {
  const through: Edge = { ...edge, certificate: 'given' };
  const model = shop({ expose: { host: 'a.example.com', through } });
  expect(specOf<k8s.IngressSpec>(model, 'Ingress', 'shop').tls).toEqual([
    { hosts: ['a.example.com'], secretName: 'shop-tls' },
  ]);
  expect(model.secrets).toMatchObject([
    {
      name: 'shop-tls',
      type: 'kubernetes.io/tls',
      keys: { 'tls.crt': { from: 'human' }, 'tls.key': { from: 'human' } },
    },
  ]);
  expect(model.needs).toEqual([]);
});

const twice = 'has the name or the number of another';

test.each([0, 80, 2.5, Number.NaN, 70_000])('fails when port is %s', (port) => {
  expect(() => shop({ port })).toThrow(
    `prod/apps/shop: port 'http' must be a whole number from 1024 to 65535, got ${port}`,
  );
});

test.each([
  [{ ports: { http: 9000 } }, `port 'http' (9000) ${twice}`],
  [{ ports: { grpc: 8000 } }, `port 'grpc' (8000) ${twice}`],
  [{ ports: { metrics: 9100 } }, `port 'metrics' (9100) ${twice}`],
  [{ metrics: { port: 9100 }, ports: { grpc: 9100 } }, `port 'grpc' (9100) ${twice}`],
  [{ sidecars: { proxy: { image: 'envoy', port: 8000 } } }, `port 'http' (8000) ${twice}`],
  [{ ports: { A_B: 9000 } }, "port 'A_B' must be a whole number from 1024 to 65535, got 9000"],
  [{ ports: { 'a--b': 9000 } }, "port 'a--b' must be"],
  [{ sidecars: { proxy: { image: 'envoy', port: 80 } } }, "port 'proxy' must be a whole number"],
  [{ sidecars: { shop: { image: 'envoy' } } }, "sidecar 'shop' must have a name of its own"],
  [{ sidecars: { Proxy: { image: 'envoy' } } }, "sidecar 'Proxy' must have a name of its own"],
  [{ metrics: { path: 'metrics' as '/' } }, `'metrics.path' must begin with '/', got "metrics"`],
  [
    { expose: { host: 'https://a', through: edge } },
    `'expose.host' must be a host name in lower case, got "https://a"`,
  ],
  [
    { expose: { host: 'a.b', through: edge, path: '/`)' as '/' } },
    "'expose.path' must be a path that begins with '/', got \"/`)\"",
  ],
  [
    { expose: { host: 'a.b', through: edge, path: '/../x' as '/' } },
    `'expose.path' must be a path that begins with '/', got "/../x"`,
  ],
  [{ expose: { host: 'a.b', through: { ...edge, name: '' } } }, "'expose.through' needs a 'name'"],
  [{ cloudRole: 'shop' }, `'cloudRole' is "shop", and the cluster's provider 'aws'`],
])('fails with %j', (props, message) => {
  expect(() => shop(props)).toThrow(`prod/apps/shop: ${message}`);
});

test('fails when nobody brings the traffic: the policy would let everybody in', () => {
  const from = [] as unknown as Edge['from'];
  expect(() => shop({ expose: { host: 'a.b', through: { ...edge, from } } })).toThrow(
    "prod/apps/shop: 'expose.through' needs a 'name', and in 'from' who brings its traffic",
  );
});

test('fails when an unknown port is asked for', () => {
  const build = () =>
    modelOf((scope) => new WebApp(scope, 'shop', { image: 'shop', port: 8000 }).port('grcp'));
  expect(build).toThrow("prod/apps/shop: 'shop' has no port 'grcp'");
});

test('fails when a cloud role meets a provider that ties none to accounts', () => {
  const cloudRole = 'arn:aws:iam::111122223333:role/shop';
  expect(() => shop({ cloudRole }, { cluster: { provider: 'digitalocean' } })).toThrow(
    `prod/apps/shop: 'cloudRole' is "${cloudRole}", and the cluster's provider 'digitalocean'`,
  );
});
