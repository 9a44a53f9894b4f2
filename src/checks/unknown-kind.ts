import type { Schemas } from '../core/schema.ts';
import { isCustom } from './makers.ts';
import { nearest } from './nearest.ts';
import { defineRule } from './rule.ts';

export const unknownKind = defineRule('unknown-kind', {
  about: "an object of a kind that the cluster's version does not have, or that nobody imported",
  of: ({ all }) => all,
  *judge({ object: { apiVersion, kind } }, _, { model, schemas }) {
    if (schemas.find(apiVersion, kind)) return;
    const { kubernetes } = model.cluster;
    yield {
      message: `nothing is known of kind '${kind}' in '${apiVersion}' (Kubernetes ${kubernetes})`,
      hint: hintFor(apiVersion, kind, schemas),
    };
  },
});

/** Versions that Kubernetes has removed, and where their kinds went. */
const REMOVED: ReadonlyMap<string, string> = new Map([
  ['extensions/v1beta1', '1.22'],
  ['apps/v1beta1', '1.16'],
  ['apps/v1beta2', '1.16'],
  ['networking.k8s.io/v1beta1', '1.22'],
  ['rbac.authorization.k8s.io/v1beta1', '1.22'],
  ['apiextensions.k8s.io/v1beta1', '1.22'],
  ['batch/v1beta1', '1.25'],
  ['policy/v1beta1', '1.25'],
  ['autoscaling/v2beta1', '1.25'],
  ['autoscaling/v2beta2', '1.26'],
]);

function hintFor(apiVersion: string, kind: string, schemas: Schemas): string {
  const kinds = schemas.kinds();
  const elsewhere = kinds.filter((each) => each.kind === kind).map((each) => each.apiVersion);
  const since = REMOVED.get(apiVersion);
  const gone = since === undefined ? '' : `Kubernetes ${since} removed '${apiVersion}'; `;
  if (elsewhere.length > 0) return `${gone}this cluster has ${kind} in '${elsewhere.join("', '")}'`;
  if (gone) return `${gone}no later version has ${kind}`;
  const here = kinds.filter((each) => each.apiVersion === apiVersion).map((each) => each.kind);
  if (here.length > 0) return nearest('kinds', kind, here);
  if (isCustom(apiVersion)) return 'run `keelson import` on the CRD that defines it';
  return nearest('versions', apiVersion, [...new Set(kinds.map((each) => each.apiVersion))]);
}
