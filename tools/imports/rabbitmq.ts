/**
 * The operator of RabbitMQ publishes its kind in no module or package, so the part that Keelson emits
 * is written by hand, in the words of a CRD: https://github.com/rabbitmq/cluster-operator v2.22.3.
 */
const string = { type: 'string' };
const integer = { type: 'integer' };
const boolean = { type: 'boolean' };
const strings = { type: 'object', additionalProperties: string };
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const intOrString = { 'x-kubernetes-int-or-string': true };
const quantities = { type: 'object', additionalProperties: intOrString };
const closed = (properties: object, required?: readonly string[]) => ({
  type: 'object',
  properties,
  ...(required && { required }),
});
const list = (items: object) => ({ type: 'array', items });
const metadata = closed({ annotations: strings, labels: strings });

/** What the operator merges into the StatefulSet it makes; the API refuses a pod without `containers`. */
const statefulSetOverride = closed({
  metadata,
  spec: closed({
    podManagementPolicy: string,
    replicas: integer,
    template: closed({
      metadata,
      spec: {
        ...closed({ containers: list(anything) }, ['containers']),
        'x-kubernetes-preserve-unknown-fields': true,
      },
    }),
    updateStrategy: anything,
    volumeClaimTemplates: list(anything),
  }),
});

const spec = closed({
  affinity: anything,
  autoEnableAllFeatureFlags: boolean,
  delayStartSeconds: { ...integer, minimum: 0 },
  image: string,
  imagePullSecrets: list(closed({ name: string })),
  override: closed({ service: anything, statefulSet: statefulSetOverride }),
  persistence: closed({ storage: intOrString, storageClassName: string }),
  rabbitmq: closed({
    additionalConfig: { ...string, maxLength: 100_000 },
    additionalPlugins: { ...list({ ...string, pattern: '^\\w+$' }), maxItems: 100 },
    advancedConfig: { ...string, maxLength: 100_000 },
    envConfig: { ...string, maxLength: 100_000 },
    erlangInetConfig: { ...string, maxLength: 2000 },
  }),
  replicas: { ...integer, minimum: 0 },
  resources: closed({ limits: quantities, requests: quantities }),
  service: closed({
    annotations: strings,
    labels: strings,
    type: { ...string, enum: ['ClusterIP', 'LoadBalancer', 'NodePort'] },
  }),
  skipPostDeploySteps: boolean,
  terminationGracePeriodSeconds: { ...integer, minimum: 0 },
  tls: closed({ caSecretName: string, disableNonTLSListeners: boolean, secretName: string }),
  tolerations: list(anything),
});

export const rabbitmqCrd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'rabbitmqclusters.rabbitmq.com' },
  spec: {
    group: 'rabbitmq.com',
    scope: 'Namespaced',
    names: {
      kind: 'RabbitmqCluster',
      listKind: 'RabbitmqClusterList',
      plural: 'rabbitmqclusters',
      singular: 'rabbitmqcluster',
      shortNames: ['rmq'],
      categories: ['all'],
    },
    versions: [
      {
        name: 'v1beta1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: closed({ spec, status: anything }) },
      },
    ],
  },
};
