import type { JsonSchema, Scope } from '../../core/schema.ts';
import { compare } from './json.ts';
import { byRank, className, Names, pascal } from './names.ts';
import { fieldText, TypeText } from './type-text.ts';

/** A kind, as the generated file needs to know it. */
export interface TypedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: Scope;
  readonly schema: JsonSchema;
}

export interface SourceFileOptions {
  readonly kinds: readonly TypedKind[];

  /** Lines that say what made the file, and from what. */
  readonly header: readonly string[];

  /** The module that `ObjectMeta` comes from. */
  readonly metadataFrom: string;
}

/** The TypeScript file with the custom kinds of one API group. */
export function groupFile({ kinds, header, metadataFrom }: SourceFileOptions): string {
  const names = new Names();
  const named = [...kinds].sort(byKindAndRank).map((kind) => {
    return { ...kind, name: names.take(freeClassName(kind, names)) };
  });
  const classes = named.map((kind) => {
    const { name } = kind;
    return { ...kind, props: names.take(`${name}Props`), spec: names.take(`${name}Spec`) };
  });

  const types = new TypeText(names);
  const blocks = classes.map((kind) => {
    const { spec, ...others } = fieldsOf(kind.schema);
    const first = types.declarations.length;
    if (spec) types.declare(kind.spec, spec);
    const rest = Object.entries(others).map(
      ([key, schema]) => [key, types.typeOf(schema, `${kind.name}${pascal(key)}`)] as const,
    );
    const fields = [...(spec ? [['spec', kind.spec] as const] : []), ...rest];
    return [
      classText(kind, fields, kind.schema.required ?? []),
      ...types.declarations.slice(first),
    ];
  });
  return fileText(header, [`import type { ObjectMeta } from '${metadataFrom}';`], blocks.flat());
}

/** The TypeScript file with the kinds of Kubernetes itself, and the types they are made of. */
export function coreFile(
  definitions: Readonly<Record<string, JsonSchema>>,
  scopes: (apiVersion: string, kind: string) => Scope,
  header: readonly string[],
): string {
  const names = new Names();
  const shortNames = shortNamesOf(Object.keys(definitions));
  const typeNames = new Map<string, string>();
  const kinds = new Map<string, TypedKind & { name: string; props: string }>();
  for (const [definition, schema] of Object.entries(definitions)) {
    const name = shortNames.get(definition) ?? definition;
    const { apiVersion, kind } = schema.properties ?? {};
    if (typeof apiVersion?.const === 'string' && typeof kind?.const === 'string') {
      const identity = { apiVersion: apiVersion.const, kind: kind.const };
      const props = `${names.take(name)}Props`;
      const scope = scopes(identity.apiVersion, identity.kind);
      kinds.set(definition, { ...identity, scope, schema, name, props: names.take(props) });
      typeNames.set(definition, props);
    } else {
      typeNames.set(definition, name === 'ObjectMeta' ? name : names.take(name));
    }
  }

  const types = new TypeText(names, (reference) => typeNames.get(reference.split('/').pop() ?? ''));
  const blocks: string[] = [OBJECT_META];
  const byName = [...typeNames].sort(([, a], [, b]) => compare(a, b));
  for (const [definition, name] of byName) {
    if (name === 'ObjectMeta') continue;
    const first = types.declarations.length;
    const schema = definitions[definition] ?? {};
    const kind = kinds.get(definition);
    if (kind) {
      const fields = Object.entries(fieldsOf(schema)).map(
        ([key, field]) => [key, types.typeOf(field, `${kind.name}${pascal(key)}`)] as const,
      );
      blocks.push(classText(kind, fields, schema.required ?? []));
    } else {
      types.declare(name, schema);
    }
    blocks.push(...types.declarations.slice(first));
  }
  return fileText(header, [], blocks);
}

const OBJECT_META = `/** Metadata as people write it; what the cluster fills in is left out. */
export interface ObjectMeta {
  readonly name?: string;
  readonly generateName?: string;
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly finalizers?: string[];
  readonly ownerReferences?: OwnerReference[];
}
`;

/** Everything a user writes besides `apiVersion`, `kind` and `metadata`. */
function fieldsOf(schema: JsonSchema): Record<string, JsonSchema> {
  const { apiVersion, kind, metadata, status, ...fields } = schema.properties ?? {};
  return fields;
}

function classText(
  { apiVersion, kind, scope, name, props }: TypedKind & { name: string; props: string },
  fields: readonly (readonly [key: string, type: string])[],
  required: readonly string[],
): string {
  const lines = fields.map(([key, type]) => fieldText(key, required.includes(key), type));
  const none = fields.some(([key]) => required.includes(key)) ? '' : ' = {}';
  const home = scope === 'Cluster' ? 'one for the whole cluster' : 'lives in a namespace';
  return `/** \`${kind}\` of \`${apiVersion}\`; ${home}. */
export class ${name} extends ApiObject {
  static readonly apiVersion = '${apiVersion}';
  static readonly kind = '${kind}';

  constructor(scope: Construct, id: string, props: ${props}${none}) {
    super(scope, id, { apiVersion: '${apiVersion}', kind: '${kind}', ...props });
  }
}

export interface ${props} {
  readonly metadata?: ObjectMeta;
${lines.map((line) => `${line}\n`).join('')}}
`;
}

function fileText(
  header: readonly string[],
  imports: readonly string[],
  blocks: readonly string[],
): string {
  return [
    ...header.map((line) => `// ${line}\n`),
    "import { ApiObject } from 'cdk8s';\n",
    "import type { Construct } from 'constructs';\n",
    ...imports.map((line) => `${line}\n`),
    ...blocks.map((block) => `\n${block}`),
  ].join('');
}

/** `io.k8s.api.core.v1.Pod` → `Pod`; where two groups share a name, all but core say whose it is. */
function shortNamesOf(definitions: readonly string[]): Map<string, string> {
  const last = (definition: string) => definition.split('.').pop() ?? definition;
  const count = new Map<string, number>();
  for (const name of definitions.map(last)) count.set(name, (count.get(name) ?? 0) + 1);
  return new Map(
    definitions.map((definition) => {
      const group = definition.split('.').at(-3) ?? '';
      const shared = (count.get(last(definition)) ?? 0) > 1 && group !== 'core';
      return [definition, shared ? `${pascal(group)}${last(definition)}` : last(definition)];
    }),
  );
}

function byKindAndRank(a: TypedKind, b: TypedKind): number {
  return compare(a.kind, b.kind) || byRank(versionOf(a), versionOf(b));
}

function freeClassName(kind: TypedKind, names: Names): string {
  const name = className(kind.kind);
  return names.isFree(name) ? name : `${name}${pascal(versionOf(kind))}`;
}

function versionOf({ apiVersion }: TypedKind): string {
  return apiVersion.split('/').pop() ?? apiVersion;
}
