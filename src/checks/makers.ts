import type { Entry, Origin } from '../core/model.ts';
import { groupOf, kindOf, type ObjectIndex } from './index-of-objects.ts';
import { textIn } from './read.ts';
import type { Wanted } from './selector.ts';

/*
 * Operators make pods, Secrets and Services that no file holds. What refers to them must not alarm, and
 * a misspelt reference to an object of our own must. So a reference without a target is excused only
 * where something could explain it:
 *
 * - by name: operators begin the names of what they make with the name of the custom resource
 *   (`db` → `db-app`, `db-rw`), in its namespace;
 * - by label: a selector of ours names a service, so only that service's custom resources count. Keys
 *   under the domain of a group that is in use (`cnpg.io/cluster`) are written by its operator. Any
 *   other selector is excused by any custom resource of its namespace that may make pods;
 * - charts (HelmRelease, Kustomization) make what they like in the namespace that they aim at.
 */

/** Whether what is not in the output may be made by somebody else under that name. */
export function couldMake(
  objects: ObjectIndex,
  namespace: string | undefined,
  name: string,
): boolean {
  const { charts, makers } = workshopOf(objects);
  const ofName = ({ object }: Entry): boolean =>
    name === object.metadata.name || name.startsWith(`${object.metadata.name}-`);
  return charts.has(namespace) || (makers.get(namespace)?.some(ofName) ?? false);
}

/** Whether somebody else may make pods that a selector finds. */
export function couldMakePods(
  objects: ObjectIndex,
  { origin }: Entry,
  namespace: string | undefined,
  { expressions, labels }: Wanted,
): boolean {
  const { charts, domains, makers } = workshopOf(objects);
  const named = objects.service(namespace, labels.get('app.kubernetes.io/instance') ?? '');
  if (charts.has(namespace)) return true;
  if (named) return hasMaker(objects, named.origin);
  const keys = [...labels.keys(), ...expressions.map(({ key }) => String(key))];
  if (keys.some((key) => domains.some((domain) => isUnder(key, domain)))) return true;
  const own = objects.service(origin.namespace, origin.service);
  return own ? hasMaker(objects, origin) : makers.has(namespace);
}

const hasMaker = (objects: ObjectIndex, origin: Origin): boolean =>
  objects.partsOf(origin).some(isMaker);

interface Workshop {
  readonly makers: ReadonlyMap<string | undefined, readonly Entry[]>;
  /** The namespaces that charts install into. */
  readonly charts: ReadonlySet<string | undefined>;
  /** API groups of custom resources, and prefixes of annotations: whose controllers are at work. */
  readonly domains: readonly string[];
}

const workshops = new WeakMap<ObjectIndex, Workshop>();

function workshopOf(objects: ObjectIndex): Workshop {
  const known = workshops.get(objects) ?? workshop(objects);
  workshops.set(objects, known);
  return known;
}

function workshop(objects: ObjectIndex): Workshop {
  const makers = new Map<string | undefined, Entry[]>();
  const charts = new Set<string | undefined>();
  const domains = new Set<string>();
  for (const entry of objects.all) {
    const { apiVersion, kind, metadata } = entry.object;
    for (const key of Object.keys(metadata.annotations ?? {})) domains.add(prefixOf(key));
    if (isCustom(apiVersion)) domains.add(groupOf(apiVersion));
    if (CHARTS.includes(kindOf(apiVersion, kind))) {
      charts.add(textIn(entry.object, 'spec', 'targetNamespace') ?? metadata.namespace);
    } else if (isMaker(entry)) {
      const here = makers.get(metadata.namespace);
      if (here) here.push(entry);
      else makers.set(metadata.namespace, [entry]);
    }
  }
  const own = [...domains].filter(
    (domain) => domain !== '' && !/(^|\.)(k8s\.io|kubernetes\.io|keelson\.dev)$/.test(domain),
  );
  return { makers, charts, domains: own };
}

const CHARTS: readonly string[] = [
  'helm.toolkit.fluxcd.io/HelmRelease',
  'kustomize.toolkit.fluxcd.io/Kustomization',
];

/** Custom resources that only tell others what to do: nothing runs or is named because of them. */
const MAKES_NOTHING: readonly RegExp[] = [
  /^(bitnami\.com|cert-manager\.io|traefik\.io)\//,
  /^(generators\.)?external-secrets\.io\//,
  /^(networking|security|telemetry)\.istio\.io\//,
  /^(image|notification|source)\.toolkit\.fluxcd\.io\//,
  /^gateway\.networking\.k8s\.io\/(GatewayClass|GRPCRoute|HTTPRoute)$/,
  /^keda\.sh\/(ScaledObject|TriggerAuthentication)$/,
  /^monitoring\.coreos\.com\/(AlertmanagerConfig|PodMonitor|Probe|PrometheusRule|ScrapeConfig|ServiceMonitor)$/,
];

function isMaker({ object: { apiVersion, kind } }: Entry): boolean {
  const named = kindOf(apiVersion, kind);
  return isCustom(apiVersion) && !MAKES_NOTHING.some((idle) => idle.test(named));
}

/** Groups of Kubernetes itself have no dot, or end in `.k8s.io`, as only the Gateway API's does besides. */
export function isCustom(apiVersion: string): boolean {
  const group = groupOf(apiVersion);
  const official = group.endsWith('.k8s.io') && !group.startsWith('gateway.');
  return group.includes('.') && !official;
}

const prefixOf = (key: string): string => (key.includes('/') ? (key.split('/')[0] ?? '') : '');

/** `cnpg.io/cluster` belongs to `postgresql.cnpg.io`, `acme.cert-manager.io/solver` to `cert-manager.io`. */
function isUnder(key: string, domain: string): boolean {
  const prefix = prefixOf(key);
  if (prefix === '' || prefix.split('.').length < 2) return false;
  return prefix === domain || prefix.endsWith(`.${domain}`) || domain.endsWith(`.${prefix}`);
}
