import type { IConstruct } from 'constructs';
import { placeOf } from './place.ts';
import type { Quantity } from './quantity.ts';

/** What an environment is allowed to lose: nothing, an evening, everything. */
export type Tier = 'production' | 'preproduction' | 'review';

export const TIERS = ['production', 'preproduction', 'review'] as const satisfies readonly Tier[];

export interface TierDefaults {
  /** Pods of what is replicated. */
  readonly replicas: number;
  /** Most pods an autoscaled service grows to. */
  readonly maxReplicas: number;
  /** How long a new pod must stay ready before the next old one goes. */
  readonly minReadySeconds: number;
  /** The most an environment's namespace may ask for; a mistake stops here and not at the bill. */
  readonly quota: { readonly cpu: string; readonly memory: string; readonly pods: number };
  /** What a container asks for that says nothing of itself. */
  readonly request: { readonly cpu: string; readonly memory: string };
  /** The volume of what keeps data. */
  readonly storage: Quantity;
  /** When data is saved, and how old the newest backup may get. Undefined: not at all. */
  readonly backup: { readonly schedule: string; readonly maxAgeHours: number } | undefined;
}

/** The one table: nothing else in Keelson repeats these numbers. */
export const TIER_DEFAULTS: Readonly<Record<Tier, TierDefaults>> = {
  production: {
    replicas: 3,
    maxReplicas: 12,
    minReadySeconds: 10,
    quota: { cpu: '200', memory: '800Gi', pods: 1000 },
    request: { cpu: '100m', memory: '256Mi' },
    storage: '20Gi',
    backup: { schedule: '17 * * * *', maxAgeHours: 3 },
  },
  preproduction: {
    replicas: 2,
    maxReplicas: 4,
    minReadySeconds: 5,
    quota: { cpu: '60', memory: '240Gi', pods: 300 },
    request: { cpu: '50m', memory: '256Mi' },
    storage: '10Gi',
    backup: { schedule: '17 2 * * *', maxAgeHours: 50 },
  },
  review: {
    replicas: 1,
    maxReplicas: 2,
    minReadySeconds: 0,
    quota: { cpu: '20', memory: '80Gi', pods: 100 },
    request: { cpu: '20m', memory: '128Mi' },
    storage: '1Gi',
    backup: undefined,
  },
};

/** The defaults of the environment that a construct stands in. */
export function tierOf(scope: IConstruct): TierDefaults {
  return TIER_DEFAULTS[placeOf(scope).tier];
}
