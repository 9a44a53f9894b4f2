import { parseAllDocuments } from 'yaml';
import type { CheckInput, Rule } from '../../src/checks/rule.ts';
import type { Finding } from '../../src/core/finding.ts';
import type { Entry, KubeObject, Model, Origin } from '../../src/core/model.ts';
import type { KubernetesVersion, Schemas } from '../../src/core/schema.ts';
import { loadSchemas } from '../../src/operations/schemas.ts';

export interface Around {
  readonly tier?: 'production' | 'preproduction' | 'review';
  readonly kubernetes?: KubernetesVersion;
  /** Where images are to be pulled from. */
  readonly mirror?: string;
  /** Keelson's own services, by name; objects of that name came from them. */
  readonly services?: readonly string[];
  /** Declared Secrets and their keys. */
  readonly secrets?: Readonly<Record<string, readonly string[]>>;
}

export interface Judged {
  readonly looked: number;
  /** `severity path: message`. */
  readonly said: readonly string[];
  readonly hints: readonly string[];
}

const NAMESPACE = 'shop-prod';
const loaded = new Map<string, Schemas>();

/** The schemas of one version, as Keelson ships them. */
export function schemasOf(kubernetes: KubernetesVersion = '1.34'): Schemas {
  const known = loaded.get(kubernetes) ?? loadSchemas({ folders: ['imports/schemas'], kubernetes });
  loaded.set(kubernetes, known);
  return known;
}

/** What one rule says of objects that somebody wrote as YAML; without a namespace they get the environment's. */
export function judge(rule: Rule, yaml: string, around: Around = {}): Judged {
  const { findings, looked } = rule.check(inputOf(objectsIn(yaml), around));
  return { looked, said: findings.map(textOf), hints: findings.map(({ hint }) => hint) };
}

export function objectsIn(yaml: string): KubeObject[] {
  return parseAllDocuments(yaml).map((document) => document.toJS() as KubeObject);
}

export function inputOf(objects: readonly KubeObject[], around: Around = {}): CheckInput {
  const { kubernetes = '1.34', mirror, secrets = {}, services = [], tier = 'production' } = around;
  const schemas = schemasOf(kubernetes);
  const entries = objects.map((object, i): Entry => {
    const cluster = schemas.find(object.apiVersion, object.kind)?.scope === 'Cluster';
    const { name, namespace = NAMESPACE } = object.metadata;
    const metadata = { ...object.metadata, ...(!cluster && { namespace }) };
    return { origin: originOf(name, i), object: { ...object, metadata } };
  });
  const model = {
    platform: 'shop',
    cluster: { name: 'main', kubernetes },
    environments: [
      {
        environment: 'prod',
        tier,
        namespace: NAMESPACE,
        secrets: 'existing',
        registryMirror: mirror,
        waive: {},
        rotated: {},
        ciphertext: {},
      },
    ],
    services: services.map((name) => ({ origin: originOf(name, 0), kind: 'WebApp' })),
    entries,
    secrets: Object.entries(secrets).map(([name, keys]) => ({
      origin: originOf(name, 0),
      name,
      keys: Object.fromEntries(keys.map((key) => [key, { from: 'generated', length: 32 }])),
    })),
    links: [],
    openings: [],
    images: [],
  };
  const fileOf = ({ object }: Entry): string =>
    `shop/main/prod/apps/${object.metadata.name}/${object.kind.toLowerCase()}.yaml`;
  return { model: model as unknown as Model, schemas, fileOf };
}

function originOf(service: string, i: number): Origin {
  const path = i === 0 ? `prod/apps/${service}` : `prod/apps/${service}-${i}`;
  return {
    environment: 'prod',
    layer: 'apps',
    service,
    namespace: NAMESPACE,
    labels: {},
    path,
  } as unknown as Origin;
}

const textOf = ({ at, message, severity }: Finding): string => `${severity} ${at}: ${message}`;

/** A Deployment whose pods are complete and right. */
export function deployment(name: string, spec = '', container = ''): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  replicas: 3
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${indent(spec, 6)}
      containers:
        - name: ${name}
          image: registry.example.com/${name}:1.0.0
          ports: [{ name: http, containerPort: 8000 }]
${indent(container, 10)}
`;
}

function indent(text: string, by: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => `${' '.repeat(by)}${line}`).join('\n');
}
