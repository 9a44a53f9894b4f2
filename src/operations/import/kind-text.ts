import type { JsonSchema, Scope } from '../../core/schema.ts';
import { pascal } from './names.ts';
import { fieldText, type TypeText } from './type-text.ts';

/** A kind, as its class needs to know it. */
export interface TypedKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: Scope;
  readonly schema: JsonSchema;
}

/** A kind, and the names its class and the type of its props go by. */
export interface NamedKind extends TypedKind {
  readonly name: string;
  readonly props: string;

  /** The name for the type of `spec`, where the schema gives it none. */
  readonly spec?: string;
}

/** A kind's class, its props, and the types they are made of. */
export function kindText(kind: NamedKind, types: TypeText): readonly string[] {
  const before = types.declarations.length;
  const fields = Object.entries(fieldsOf(kind.schema)).map(([key, schema]) => {
    if (key !== 'spec' || kind.spec === undefined) {
      return [key, types.typeOf(schema, `${kind.name}${pascal(key)}`)] as const;
    }
    types.declare(kind.spec, schema);
    return [key, kind.spec] as const;
  });
  return [classText(kind, fields), ...types.declarations.slice(before)];
}

/** A whole file: header, imports, declarations. */
export function fileText(
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

function classText(
  { apiVersion, kind, scope, schema, name, props }: NamedKind,
  fields: readonly (readonly [key: string, type: string])[],
): string {
  const required = schema.required ?? [];
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

/** Everything a user writes besides `apiVersion`, `kind` and `metadata`. */
function fieldsOf(schema: JsonSchema): Record<string, JsonSchema> {
  const { apiVersion, kind, metadata, status, ...fields } = schema.properties ?? {};
  return fields;
}
