import type { LiveCluster } from './live-cluster.ts';
import type { Output } from './output.ts';
import type { Steps } from './steps.ts';
import type { Workspace } from './workspace.ts';

interface GroupText {
  /** What `only=` takes. */
  readonly name: string;
  /** What a green run does not say; printed below the table. */
  readonly notProven: readonly string[];
}

/** Looks at the files alone. */
export interface FileGroup extends GroupText {
  readonly needs: 'files';
  readonly prove: (output: Output, steps: Steps, workspace: Workspace) => Promise<void>;
  /** Plants what the group must notice. */
  readonly refute: (fixture: Output, steps: Steps, workspace: Workspace) => Promise<void>;
}

/** Looks at a running cluster: an empty one, or one that holds the output and has settled. */
export interface LiveGroup extends GroupText {
  readonly needs: 'empty cluster' | 'applied output';
  /** What it applied may be used by the groups that need an applied output. */
  readonly leavesOutput?: boolean;
  readonly prove: (cluster: LiveCluster, output: Output, steps: Steps) => Promise<void>;
  readonly refute: (cluster: LiveCluster, fixture: Output, steps: Steps) => Promise<void>;
}

export type Group = FileGroup | LiveGroup;
