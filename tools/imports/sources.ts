import { KUBERNETES_VERSIONS, type KubernetesVersion } from '../../src/core/schema.ts';

/** A published Go module, and the files in it that hold CRDs. */
export interface GoSource {
  readonly module: string;
  readonly version: string;
  /** A folder of YAML files, or one file. */
  readonly path: string;
}

/** The patch release of each minor version whose OpenAPI document is read. */
export const kubernetes: Readonly<Record<KubernetesVersion, string>> = {
  '1.31': '1.31.14',
  '1.32': '1.32.13',
  '1.33': '1.33.13',
  '1.34': '1.34.4',
  '1.35': '1.35.4',
  '1.36': '1.36.4',
  '1.37': '1.37.1',
};

/** The version whose types are written to `k8s.ts`. */
export const newest = KUBERNETES_VERSIONS.at(-1) as KubernetesVersion;

const flux = (controller: string, version: string): GoSource => ({
  module: `github.com/fluxcd/${controller}`,
  version,
  path: 'config/crd/bases',
});

/** Where the custom kinds come from. The versions are those of the operators that Keelson installs. */
export const goSources: readonly GoSource[] = [
  {
    module: 'github.com/cloudnative-pg/cloudnative-pg',
    version: 'v1.30.0',
    path: 'config/crd/bases',
  },
  {
    module: 'github.com/cloudnative-pg/plugin-barman-cloud',
    version: 'v0.13.0',
    path: 'config/crd/bases',
  },
  {
    module: 'github.com/elastic/cloud-on-k8s/v3',
    version: 'v3.5.0',
    path: 'config/crds/v1/resources',
  },
  {
    module: 'github.com/traefik/traefik/v3',
    version: 'v3.7.13',
    path: 'docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml',
  },
  flux('source-controller', 'v1.9.4'),
  flux('kustomize-controller', 'v1.9.4'),
  flux('helm-controller', 'v1.6.3'),
  flux('notification-controller', 'v1.9.3'),
  flux('image-reflector-controller', 'v1.2.4'),
  flux('image-automation-controller', 'v1.2.4'),
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    version: 'v0.93.0',
    path: 'example/prometheus-operator-crd',
  },
  { module: 'github.com/cert-manager/cert-manager', version: 'v1.20.2', path: 'deploy/crds' },
  {
    module: 'github.com/bitnami-labs/sealed-secrets',
    version: 'v0.36.6',
    path: 'helm/sealed-secrets/crds',
  },
  {
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    path: 'config/crds/bases',
  },
  { module: 'istio.io/api', version: 'v1.31.1', path: 'kubernetes' },
  {
    module: 'github.com/mongodb/mongodb-kubernetes-operator',
    version: 'v0.9.0',
    path: 'config/crd/bases',
  },
  { module: 'sigs.k8s.io/gateway-api', version: 'v1.4.0', path: 'config/crd/standard' },
  { module: 'github.com/kedacore/keda/v2', version: 'v2.18.0', path: 'config/crd/bases' },
];

/** Strimzi publishes its Java model, not the CRDs: its own generator makes them from the model. */
export const strimzi = {
  model: 'io.strimzi:api:0.51.0',
  generator: 'io.strimzi:crd-generator:0.45.0',
  /** Newer than what the generator bundles, so they go first on the class path. */
  kubernetes: ['core', 'common', 'networking', 'policy', 'apiextensions', 'rbac', 'apps'].map(
    (name) => `io.fabric8:kubernetes-model-${name}:7.4.0`,
  ),
  classes: {
    kafka: 'kafka.Kafka',
    nodepool: 'nodepool.KafkaNodePool',
    topic: 'topic.KafkaTopic',
    user: 'user.KafkaUser',
    mirrormaker: 'mirrormaker2.KafkaMirrorMaker2',
  },
} as const;
