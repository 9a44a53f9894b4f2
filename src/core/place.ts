import { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import type { BackupStore } from './backup-store.ts';
import { type ClusterFacts, clusterFacts } from './cluster.ts';
import type { Images, Ingress, Metrics, TagChoice, Waivers } from './environment-props.ts';
import type { ImageLock } from './image-lock.ts';
import type { SecretBackend } from './secret-backend.ts';
import type { Tier } from './tier.ts';

/** What pods of a namespace may do, and why they may do more than `restricted`. */
export interface PodSecurity {
  readonly level: 'restricted' | 'baseline' | 'privileged';
  readonly because?: string;
}

export const RESTRICTED: PodSecurity = { level: 'restricted' };

/** All that a service may know about where it stands: plain data, the same for a whole environment. */
export interface Place {
  readonly platform: string;
  readonly cluster: ClusterFacts;
  readonly environment: string;
  readonly tier: Tier;
  /** Undefined in a plain cdk8s chart: whatever the caller's chart or kubectl says. */
  readonly namespace: string | undefined;
  readonly podSecurity: PodSecurity;
  readonly domain: string;
  readonly ingress: Ingress;
  readonly metrics: Metrics;
  readonly secrets: SecretBackend;
  readonly images: Images;
  readonly tags: TagChoice;
  /** Where backups go. */
  readonly backups: BackupStore | undefined;
  /** Where images are pulled from instead of their own registries. */
  readonly registryMirror: string | undefined;
  /** The rules that may be broken here, and why. */
  readonly waive: Waivers;
  /** Of each Secret whose ciphertext is committed: what changes with it. */
  readonly ciphertext: Readonly<Record<string, string>>;
  /** When values were last changed where Git does not see it, by Secret. */
  readonly rotated: Readonly<Record<string, string>>;
  /** The cluster's locked images; undefined in a plain cdk8s chart, where images are given in full. */
  readonly lock: ImageLock | undefined;
}

/** The reserved environment of what belongs to the cluster as a whole. */
export const SHARED = 'shared';

/** The reserved folder of what starts Flux on a cluster. */
export const FLUX = 'flux';

const KEY = 'keelson:place';

export function setPlace(scope: IConstruct, place: Place): void {
  scope.node.setContext(KEY, place);
}

export function placeOf(scope: IConstruct): Place {
  const place = scope.node.tryGetContext(KEY) as Place | undefined;
  if (place) return place;
  const namespace = Chart.of(scope).namespace;
  return { ...PLAIN, namespace };
}

/** Where a service stands that somebody uses in a cdk8s chart of their own. */
const PLAIN: Place = {
  platform: '',
  cluster: clusterFacts('', { provider: 'generic', kubernetes: '1.34' }),
  environment: '',
  tier: 'review',
  namespace: undefined,
  podSecurity: RESTRICTED,
  domain: '',
  ingress: 'ingress',
  metrics: 'none',
  secrets: 'existing',
  images: 'manual',
  tags: { semver: '>=0.0.0' },
  backups: undefined,
  registryMirror: undefined,
  waive: {},
  ciphertext: {},
  rotated: {},
  lock: undefined,
};
