import type { JsonSchema, Scope } from '../../core/schema.ts';
import { compare } from './json.ts';
import { fileText, kindText, type NamedKind } from './kind-text.ts';
import { Names, pascal } from './names.ts';
import { TypeText } from './type-text.ts';

type Definitions = Readonly<Record<string, JsonSchema>>;

/** The TypeScript file with the kinds of Kubernetes itself, and the types they are made of. */
export function coreFile(
  definitions: Definitions,
  scopes: ReadonlyMap<string, Scope>,
  header: readonly string[],
): string {
  const names = new Names();
  const kinds = new Map<string, NamedKind>();
  const typeNames = new Map<string, string>();
  for (const [definition, wanted] of shortNamesOf(Object.keys(definitions))) {
    if (wanted === 'ObjectMeta') continue; // written by hand below
    const name = names.take(wanted);
    const schema = definitions[definition] ?? {};
    const identity = identityOf(schema);
    typeNames.set(definition, name);
    if (!identity) continue;
    const scope = scopes.get(`${identity.apiVersion}/${identity.kind}`) ?? 'Namespaced';
    const props = names.take(`${name}Props`);
    kinds.set(definition, { ...identity, scope, schema, name, props });
    typeNames.set(definition, props); // what a field of such a type takes
  }

  const nameOf = (definition: string) =>
    definition.endsWith('.ObjectMeta') ? 'ObjectMeta' : typeNames.get(definition);
  const types = new TypeText(names, (reference) => nameOf(reference.split('/').pop() ?? ''));
  const blocks = [...typeNames]
    .sort(([, a], [, b]) => compare(a, b))
    .flatMap(([definition, name]) => {
      const kind = kinds.get(definition);
      return kind ? kindText(kind, types) : typeBlocks(name, definitions[definition] ?? {}, types);
    });
  return fileText(header, [], [OBJECT_META, ...blocks]);
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

function typeBlocks(name: string, schema: JsonSchema, types: TypeText): readonly string[] {
  const before = types.declarations.length;
  types.declare(name, schema);
  return types.declarations.slice(before);
}

/** Which kind a definition is, if it is one at all. */
function identityOf({ properties }: JsonSchema): { apiVersion: string; kind: string } | undefined {
  const { apiVersion, kind } = properties ?? {};
  return typeof apiVersion?.const === 'string' && typeof kind?.const === 'string'
    ? { apiVersion: apiVersion.const, kind: kind.const }
    : undefined;
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
