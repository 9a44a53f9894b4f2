import { type CheckReport, RULES, runChecks } from '../checks/checks.ts';
import { collect } from '../core/collect.ts';
import { KeelsonError } from '../core/errors.ts';
import type { ImageLock } from '../core/image-lock.ts';
import type { Model, SealedFile } from '../core/model.ts';
import { suggest } from '../core/names.ts';
import type { Committed, Platform } from '../core/platform.ts';
import type { Schemas } from '../core/schema.ts';
import { ciphertextMark } from '../core/sealed-document.ts';
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
  /** The user's own settings of each environment, by name. */
  readonly settings: Platform['settings'];
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

/** A waiver of a rule that is none would be believed. */
function requireRules({ environments, platform }: Model): void {
  const known = RULES.map(({ name }) => name);
  for (const { environment, waive } of environments) {
    const unknown = Object.keys(waive).find((name) => !known.includes(name));
    if (unknown === undefined) continue;
    throw new KeelsonError(
      `platform '${platform}', environment '${environment}'`,
      'platform/unknown-rule',
      {
        message: `'waive' names '${unknown}', which is no rule`,
        hint: suggest('rules', unknown, known),
      },
    );
  }
}

function ciphertextMarks(sealed: readonly SealedFile[]): Committed['ciphertext'] {
  const marks: Record<string, Record<string, string>> = {};
  for (const { environment, object, secret } of sealed) {
    marks[environment] = { ...marks[environment], [secret]: ciphertextMark(object) };
  }
  return marks;
}

/** compose → collect → wire → order → finish → check: pure, but for the user's own code. */
export function buildCluster(run: Program['run'], input: BuildInput): BuiltCluster {
  const { cluster, lock, platform, schemas, sealed } = input;
  const composed = run(() => collect(platform.compose(cluster, lock, ciphertextMarks(sealed))));
  requireRules(composed);
  const wired = wire(composed, sealed);
  const order = layerOrder(wired);
  const started = { ...wired, entries: [...wired.entries, ...fluxEntries(wired, order)] };
  const model = finish(started, (apiVersion, kind) => schemas.find(apiVersion, kind)?.scope);
  const files = new Map([...pathsOf(model)].map(([path, entry]) => [entry, path]));
  const report = runChecks({ model, schemas, fileOf: (entry) => files.get(entry) ?? '' });
  return { model, settings: platform.settings, order, report, files: () => render(model) };
}
