import type { BackupStore } from './backup-store.ts';
import type { SecretBackend } from './secret-backend.ts';
import type { Tier } from './tier.ts';

/** How traffic from outside is routed: plain Ingress, Traefik's own routes, or the Gateway API. */
export type Ingress = 'ingress' | 'traefik' | 'gateway';
/** Who scrapes: the prometheus-operator, or nobody. */
export type Metrics = 'prometheus' | 'none';
/** Who moves image tags: people, or Flux by a branch or at once. */
export type Images = 'manual' | 'branch' | 'automatic';

/** How Flux chooses among the tags of an image. */
export type TagChoice = { readonly semver: string } | { readonly timestamp: string };

/** Those that are one of a few words. */
export const SWITCHES = {
  ingress: ['ingress', 'traefik', 'gateway'],
  metrics: ['prometheus', 'none'],
  images: ['manual', 'branch', 'automatic'],
} as const satisfies {
  ingress: readonly Ingress[];
  metrics: readonly Metrics[];
  images: readonly Images[];
};

/** What an environment can be told beside where and what it is. */
export interface Switches {
  /** @default 'ingress' */
  readonly ingress?: Ingress;

  /** @default 'none' */
  readonly metrics?: Metrics;

  /**
   * Where secret values come from; docs/secrets.md shows each backend.
   * @default 'existing'
   */
  readonly secrets?: SecretBackend;

  /**
   * When the values of a Secret were last changed in the store or by hand, by its name:
   * `{ 'db-shop': '2026-11-21' }`, or to the minute. A new time rolls the pods that read it.
   * @default - none; ciphertext in Git speaks for itself
   */
  readonly rotated?: Readonly<Record<string, string>>;

  /** @default 'manual' */
  readonly images?: Images;

  /**
   * Which tags Flux may move its images to, where it may: a range of versions, or a pattern that finds the
   * build's time in a tag: `{ timestamp: '^main-(?P<time>[0-9]+)$' }`.
   * @default { semver: '>=0.0.0' }
   */
  readonly tags?: TagChoice;

  /**
   * The bucket that backups go to, at set times where the tier asks for them.
   * @default - none; a rule says which data of production has no backup
   */
  readonly backups?: BackupStore;

  /**
   * Where its images are pulled from instead.
   * @default - the cluster's
   */
  readonly registryMirror?: string;

  /**
   * Rules of `keelson check` that may be broken here, each with the reason, which is shown.
   * @default - none
   */
  readonly waive?: Waivers;
}

/** Why a rule may be broken, by its name. */
export type Waivers = Readonly<Record<string, string>>;

/** What belongs to a cluster as a whole has switches of its own, and may have hosts. */
export interface SharedProps extends Switches {
  readonly domain?: string;
}

/** One place the platform runs. `settings` is the user's own; everything beside it is Keelson's. */
export interface EnvironmentProps<C extends string, S> extends Switches {
  /** The cluster it runs on, or several: a fleet. */
  readonly cluster: C | readonly C[];

  readonly tier: Tier;

  /** The domain that its hosts end in. */
  readonly domain: string;

  /** Whatever compose needs to know of this environment. */
  readonly settings: S;
}
