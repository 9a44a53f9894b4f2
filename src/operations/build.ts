import { type CheckReport, runChecks } from '../checks/checks.ts';
import { collect } from '../core/collect.ts';
import type { ImageLock } from '../core/image-lock.ts';
import type { Model, SealedFile } from '../core/model.ts';
import type { Platform } from '../core/platform.ts';
import type { Schemas } from '../core/schema.ts';
import { finish } from '../finish/finish.ts';
import { fluxEntries } from '../gitops/flux.ts';
import { type LayerOrder, layerOrder } from '../gitops/order.ts';
import { pathsOf } from '../output/paths.ts';
import { render } from '../output/render.ts';
import { wire } from '../wire/wire.ts';
import type { Program } from './program.ts';

/** One cluster, from the program to finished objects. */
export interface BuiltCluster {
  readonly model: Model;
  readonly order: LayerOrder;
  readonly report: CheckReport;
  /** The text of every file by its path below the output folder. */
  readonly files: () => Map<string, string>;
}

export interface BuildInput {
  readonly platform: Platform;
  readonly cluster: string;
  readonly lock: ImageLock;
  readonly schemas: Schemas;
  /** The ciphertext that is committed for its environments. */
  readonly sealed: readonly SealedFile[];
}

/** compose → collect → wire → order → finish → check: pure, but for the user's own code. */
export function buildCluster(run: Program['run'], input: BuildInput): BuiltCluster {
  const { cluster, lock, platform, schemas, sealed } = input;
  const composed = run(() => collect(platform.compose(cluster, lock)));
  const wired = wire(composed, sealed);
  const order = layerOrder(wired);
  const started = { ...wired, entries: [...wired.entries, ...fluxEntries(wired, order)] };
  const model = finish(started, (apiVersion, kind) => schemas.find(apiVersion, kind)?.scope);
  const files = new Map([...pathsOf(model)].map(([path, entry]) => [entry, path]));
  const report = runChecks({ model, schemas, fileOf: (entry) => files.get(entry) ?? '' });
  return { model, order, report, files: () => render(model) };
}
