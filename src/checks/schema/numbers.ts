import type { JsonSchema } from '../../core/schema.ts';
import type { Keywords } from './compile.ts';
import { refuse } from './problem.ts';

interface Bound {
  readonly keyword: string;
  readonly called: string;
  readonly holds: (value: number) => boolean;
}

/** `minimum`, `maximum`, `multipleOf`, and the sizes of integers, which the API server enforces. */
export const numberCheck: Keywords = (schema) => {
  const bounds = boundsOf(schema);
  if (bounds.length === 0) return undefined;
  return (value) => {
    if (typeof value !== 'number') return undefined;
    const broken = bounds.find(({ holds }) => !holds(value));
    return broken && refuse(broken.keyword, `must be ${broken.called}`, value);
  };
};

function boundsOf(schema: JsonSchema): readonly Bound[] {
  const { format, multipleOf } = schema;
  const size = typeof format === 'string' ? SIZES.get(format) : undefined;
  return [
    ...lowest(schema),
    ...highest(schema),
    ...(typeof multipleOf === 'number' && multipleOf > 0 ? [steps(multipleOf)] : []),
    ...(size ? [size] : []),
  ];
}

/** `exclusiveMinimum` is a flag beside `minimum` in OpenAPI, and a number in JSON Schema. */
function lowest({ minimum, exclusiveMinimum }: JsonSchema): Bound[] {
  const edge = typeof exclusiveMinimum === 'number' ? exclusiveMinimum : minimum;
  if (typeof edge !== 'number') return [];
  if (exclusiveMinimum === undefined || exclusiveMinimum === false) {
    return [{ keyword: 'minimum', called: `at least ${edge}`, holds: (value) => value >= edge }];
  }
  const holds = (value: number): boolean => value > edge;
  return [{ keyword: 'exclusiveMinimum', called: `more than ${edge}`, holds }];
}

function highest({ maximum, exclusiveMaximum }: JsonSchema): Bound[] {
  const edge = typeof exclusiveMaximum === 'number' ? exclusiveMaximum : maximum;
  if (typeof edge !== 'number') return [];
  if (exclusiveMaximum === undefined || exclusiveMaximum === false) {
    return [{ keyword: 'maximum', called: `at most ${edge}`, holds: (value) => value <= edge }];
  }
  const holds = (value: number): boolean => value < edge;
  return [{ keyword: 'exclusiveMaximum', called: `less than ${edge}`, holds }];
}

function steps(size: number): Bound {
  const holds = (value: number): boolean => Number.isInteger(value / size);
  return { keyword: 'multipleOf', called: `a multiple of ${size}`, holds };
}

const SIZES: ReadonlyMap<string, Bound> = new Map(
  [31, 63].map((bits) => [
    `int${bits + 1}`,
    {
      keyword: 'format',
      called: `within ${bits + 1} bits`,
      holds: (value: number) => value >= -(2 ** bits) && value < 2 ** bits,
    },
  ]),
);
