import type { JsonSchema } from '../../core/schema.ts';
import { type Names, pascal } from './names.ts';

const INDENT = '  ';
const LONGEST_UNION = 70;
const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** What every object has already, as a function: no other type could be left out of a literal. */
const INHERITED = [
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
];

/** Writes JSON Schema as TypeScript: every object with known fields becomes an interface of its own. */
export class TypeText {
  /** The declarations so far, in the order a reader meets them. */
  readonly declarations: string[] = [];

  private readonly names: Names;
  private readonly nameOf: (reference: string) => string | undefined;

  constructor(names: Names, nameOf: (reference: string) => string | undefined = () => undefined) {
    this.names = names;
    this.nameOf = nameOf;
  }

  /** Declares `name` to be what the schema describes. */
  declare(name: string, schema: JsonSchema): void {
    if (hasFields(schema)) this.declareInterface(name, schema);
    else this.declarations.push(`export type ${name} = ${this.typeOf(schema, name)};\n`);
  }

  /** Declares an interface of the schema's fields. */
  declareInterface(name: string, schema: JsonSchema): void {
    const place = this.declarations.push('') - 1; // before the interfaces of its fields
    const required = new Set(schema.required);
    const fields = Object.entries(schema.properties ?? {}).map(([key, field]) => {
      const type = INHERITED.includes(key)
        ? 'unknown'
        : this.typeOf(field, `${name}${pascal(key)}`);
      return fieldText(key, required.has(key), type);
    });
    if (schema.additionalProperties !== false) {
      fields.push(`${INDENT}readonly [key: string]: unknown;`);
    }
    this.declarations[place] = `export interface ${name} {\n${fields.join('\n')}\n}\n`;
  }

  /** The type of a value; an interface it needs is declared under a name like `wanted`. */
  typeOf(schema: JsonSchema, wanted: string): string {
    if (schema.$ref !== undefined) return this.nameOf(schema.$ref) ?? 'unknown';
    if (schema.const !== undefined) return literal(schema.const);
    if (schema.enum) return union(schema.enum.map(literal));
    if (hasFields(schema)) {
      const name = this.names.take(wanted);
      this.declareInterface(name, schema);
      return withNull(name, schema);
    }
    const types = [schema.type ?? []].flat();
    return types.length === 0
      ? 'unknown'
      : union(types.map((type) => this.simple(type, schema, wanted)));
  }

  private simple(type: string, schema: JsonSchema, wanted: string): string {
    switch (type) {
      case 'array': {
        const item = this.typeOf(schema.items ?? {}, wanted);
        return `readonly ${isOneWord(item) ? item : `(${item})`}[]`;
      }
      case 'object': {
        const { additionalProperties: values } = schema;
        if (values === false) return '{ readonly [key: string]: never }';
        // `object`, and no record of unknown: values of interface types are welcome as well.
        if (typeof values !== 'object' || Object.keys(values).length === 0) return 'object';
        return `{ readonly [key: string]: ${this.typeOf(values, wanted)} }`;
      }
      case 'integer':
        return 'number';
      default:
        return type;
    }
  }
}

function hasFields(schema: JsonSchema): boolean {
  return schema.properties !== undefined && Object.keys(schema.properties).length > 0;
}

function withNull(name: string, schema: JsonSchema): string {
  return [schema.type].flat().includes('null') ? `${name} | null` : name;
}

/** One line of an interface. */
export function fieldText(key: string, required: boolean, type: string): string {
  const name = PLAIN_KEY.test(key) ? key : literal(key);
  return `${INDENT}readonly ${name}${required ? '' : '?'}:${type.startsWith('\n') ? '' : ' '}${type};`;
}

/** Whether a type can stand before `[]` as it is. */
function isOneWord(type: string): boolean {
  return !/\s/.test(type) || (type.startsWith('{') && type.endsWith('}'));
}

function union(types: readonly string[]): string {
  const different = [...new Set(types)];
  const line = different.join(' | ');
  if (different.length === 0) return 'never';
  return line.length <= LONGEST_UNION ? line : different.map((type) => `\n    | ${type}`).join('');
}

/** A literal as Prettier would write it. */
function literal(value: unknown): string {
  if (typeof value !== 'string') {
    return value === null || typeof value === 'boolean' || typeof value === 'number'
      ? String(value)
      : 'unknown';
  }
  return value.includes("'") && !value.includes('"')
    ? JSON.stringify(value)
    : `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
