import type { PodGroup, SecretKey } from './access.ts';
import type { BackupState } from './backed-up.ts';
import type { ClusterFacts } from './cluster.ts';
import type { Selector } from './labels.ts';
import type { Place, PodSecurity } from './place.ts';
import type { SecretKeys } from './secret-source.ts';

/** One Kubernetes object, as it will be written. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Where an object comes from: decides its folder, its namespace and what errors call it. */
export interface Origin {
  readonly environment: string;
  /** Layer and step: 'apps', 'apps-before'. */
  readonly layer: string;
  /** The name of the service, or of what the user put into the layer. */
  readonly service: string;
  readonly namespace: string | undefined;
  /** What the pods of that namespace may do. */
  readonly podSecurity: PodSecurity;
  /** The recommended labels that tell which service it belongs to. */
  readonly labels: Readonly<Record<string, string>>;
  /** The construct path. */
  readonly path: string;
}

export interface Entry {
  readonly origin: Origin;
  readonly object: KubeObject;
  /**
   * What is written instead, to the byte: an encrypted document, which any edit would break. The object
   * then says only what it is.
   */
  readonly text?: string;
}

export interface ServiceFacts {
  readonly origin: Origin;
  /** The class: 'WebApp', 'Redis'. */
  readonly kind: string;
  readonly selector: Selector;
  readonly stateful: boolean;
  /** Whether its data is saved at set times; undefined where nobody said so or otherwise. */
  readonly backup?: BackupState | undefined;
  readonly retire: boolean;
  /** Set where only one pod can be, by nature. */
  readonly availability?: 'best effort';
}

/** One end of a link: pods, and where they are. */
export interface End {
  readonly origin: Origin;
  readonly labels: Readonly<Record<string, string>>;
}

/** A connection as plain data. */
export interface Link {
  readonly alias: string;
  readonly right: string;
  readonly soft: boolean;
  readonly protocol: string;
  readonly host: string;
  /** The port that the client dials. */
  readonly port: number;
  /** What the client is told that is no secret, by suffix of its variables. */
  readonly values: Readonly<Record<string, string>>;
  readonly client: End;
  /** Undefined: outside the platform. */
  readonly owner: { readonly origin: Origin; readonly pods: readonly PodGroup[] } | undefined;
  readonly cidrs: readonly string[] | undefined;
  /** Whose right it is: the owner, or who stands behind it. */
  readonly grantor: Origin | undefined;
  /** What the client reads of the grantor's Secrets. */
  readonly secrets: readonly SecretKey[];
}

/** Pods that something which is no service of ours has to reach, or that have to reach it. */
export interface Opening {
  readonly at: End;
  /** Names the policy: 'scraping', 'edge'. */
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly peers: readonly Peer[];
  readonly ports: readonly number[];
}

/** Who is at the other side: pods of a namespace, or addresses. */
export interface Peer {
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly cidr?: string;
}

/** One place that needs one operator. */
export interface NeedFacts {
  readonly origin: Origin;
  readonly operator: string;
}

export interface SecretFacts {
  /** Who declares it; for a copy, the client. */
  readonly origin: Origin;
  readonly name: string;
  readonly keys: SecretKeys;
  readonly type?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** For a client in another namespace: the Secret that this one is made from. It has only the keys that are used. */
  readonly copyOf?: SecretFacts;
}

/** One file of ciphertext: all that is known of it without a key. */
export interface SealedFile {
  readonly environment: string;
  /** The file's name without its end: the Secret that it is for. */
  readonly secret: string;
  /** From the project's folder, for messages. */
  readonly file: string;
  readonly text: string;
  readonly object: KubeObject;
}

export interface ImageFacts {
  readonly origin: Origin;
  /** As the program says it: a name in the lock, or a reference. */
  readonly name: string;
  /** As it is written, from the mirror where there is one. */
  readonly reference: string;
  readonly policy: string | undefined;
  /** Whether the lock says which image it is. */
  readonly locked: boolean;
}

/** Everything later steps need of one cluster, as plain data: they never see a construct. */
export interface Model {
  readonly platform: string;
  readonly cluster: ClusterFacts;
  /** Shared first, then the cluster's environments in the order of the program. */
  readonly environments: readonly Place[];
  readonly services: readonly ServiceFacts[];
  readonly entries: readonly Entry[];
  readonly links: readonly Link[];
  readonly openings: readonly Opening[];
  readonly needs: readonly NeedFacts[];
  readonly secrets: readonly SecretFacts[];
  /** The ciphertext that is committed for the environments, once it is read. */
  readonly sealed?: readonly SealedFile[];
  readonly images: readonly ImageFacts[];
}
