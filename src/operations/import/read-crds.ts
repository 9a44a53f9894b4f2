import { loadAll, YAMLException } from 'js-yaml';
import { KeelsonError } from '../../core/errors.ts';
import type { Crd } from './crd.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { byRank } from './names.ts';

/** The CRDs of one file, and how many other documents it has. */
export interface ReadCrds {
  readonly crds: readonly Crd[];
  readonly skipped: number;
}

const GROUP = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
const KIND = /^[A-Za-z]([-A-Za-z0-9]*[A-Za-z0-9])?$/;
const VERSION = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const DEEPEST = 200;
const MOST_VALUES = 2_000_000;

/** Reads the CRDs of a YAML or JSON file; other documents are counted, and left alone. */
export function readCrds(file: string, text: string, source = file): ReadCrds {
  const documents = parse(file, text).flatMap((document) =>
    isObject(document) && Array.isArray(document.items) && `${document.kind}`.endsWith('List')
      ? (document.items as readonly Json[])
      : [document],
  );
  const filled = documents.filter((document) => document !== null && document !== undefined);
  const found = filled.filter(isCrd);
  return {
    crds: found.map((document) => crdIn(file, document, source)),
    skipped: filled.length - found.length,
  };
}

function parse(file: string, text: string): readonly Json[] {
  try {
    const documents = loadAll(text) as Json[];
    refuseEndless(file, documents);
    return documents;
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    const line = cause.mark ? `:${cause.mark.line + 1}` : '';
    throw new KeelsonError(`${file}${line}`, 'import/malformed-yaml', {
      message: `this is not YAML: ${cause.reason}`,
      hint: 'correct the line; `kubectl apply --dry-run=client -f` reads the same syntax',
      cause,
    });
  }
}

/** Aliases can make a small file contain itself, or repeat itself without end. */
function refuseEndless(file: string, documents: readonly Json[]): void {
  let values = 0;
  const visit = (value: Json, depth: number): void => {
    values++;
    if (depth > DEEPEST || values > MOST_VALUES) {
      throw new KeelsonError(file, 'import/endless-yaml', {
        message: depth > DEEPEST ? `nests deeper than ${DEEPEST} levels` : 'grows without end',
        hint: 'look for an alias (`*name`) inside its own anchor (`&name`)',
      });
    }
    if (typeof value !== 'object' || value === null) return;
    for (const nested of Object.values(value)) visit(nested as Json, depth + 1);
  };
  for (const document of documents) visit(document, 0);
}

function isCrd(document: Json): document is JsonObject {
  return (
    isObject(document) &&
    document.kind === 'CustomResourceDefinition' &&
    `${document.apiVersion}`.startsWith('apiextensions.k8s.io/')
  );
}

function crdIn(file: string, document: JsonObject, source: string): Crd {
  const { spec, metadata } = document;
  const { group, scope, names, versions } = isObject(spec) ? spec : {};
  const name = isObject(metadata) && metadata.name ? `${metadata.name}` : 'a CRD without a name';
  const kind = isObject(names) ? names.kind : undefined;
  if (document.apiVersion !== 'apiextensions.k8s.io/v1') {
    throw bad(file, `'${name}' is of ${document.apiVersion}, which clusters no longer serve`);
  }
  if (!isObject(names) || !isWord(kind, KIND))
    throw bad(file, `'${name}' has no usable kind`, kind);
  if (!isWord(group, GROUP)) throw bad(file, `'${name}' has no usable group`, group);
  if (scope !== 'Namespaced' && scope !== 'Cluster')
    throw bad(file, `'${name}' has no scope`, scope);

  const version = bestVersion(Array.isArray(versions) ? versions.filter(isObject) : []);
  if (!version) throw bad(file, `'${name}' serves no version`);
  const { name: versionName, schema, subresources, selectableFields } = version;
  if (!isWord(versionName, VERSION))
    throw bad(file, `'${name}' has no usable version`, versionName);

  const openApi = isObject(schema) ? schema.openAPIV3Schema : undefined;
  const annotations = approval(metadata);
  return {
    group,
    kind,
    version: versionName,
    scope,
    source,
    schema: isObject(openApi)
      ? openApi
      : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    serving: {
      names,
      ...(subresources !== undefined && { subresources }),
      ...(selectableFields !== undefined && { selectableFields }),
      ...(annotations && { annotations }),
    },
  };
}

/** `v1` where it is served, else the stored version, else the highest in rank. */
function bestVersion(versions: readonly JsonObject[]): JsonObject | undefined {
  const served = versions.filter((version) => version.served !== false);
  return (
    served.find(({ name }) => name === 'v1') ??
    served.find(({ storage }) => storage === true) ??
    [...served].sort((a, b) => byRank(`${a.name}`, `${b.name}`))[0]
  );
}

/** Clusters ask for this annotation on kinds in Kubernetes' own groups, and for no other. */
function approval(metadata: Json | undefined): JsonObject | undefined {
  const key = 'api-approved.kubernetes.io';
  const annotations = isObject(metadata) ? metadata.annotations : undefined;
  const value = isObject(annotations) ? annotations[key] : undefined;
  return value === undefined ? undefined : { [key]: value };
}

function isWord(value: Json | undefined, shape: RegExp): value is string {
  return typeof value === 'string' && value.length <= 253 && shape.test(value);
}

function bad(file: string, problem: string, given?: Json): KeelsonError {
  return new KeelsonError(file, 'import/bad-crd', {
    message: given === undefined ? problem : `${problem}, got ${JSON.stringify(given)}`,
    hint: 'import CustomResourceDefinitions of apiextensions.k8s.io/v1, as a cluster accepts them',
  });
}
