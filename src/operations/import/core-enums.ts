import type { Enums } from './core-definitions.ts';

const FUNCTION = /^func schema_k8sio_api_(\w+?)_(v\w+?)_(\w+)\(/;
const PROPERTY = /^\t{5}"(\w+)": \{$/; // five tabs: a property of the definition itself
const VALUES = /^\t+Enum:\s+\[\]interface\{\}\{(.*)\},$/;

/**
 * The values each field may take, read from the Go source that Kubernetes generates for its own
 * API server: clusters publish them, the OpenAPI document in the repository does not.
 */
export function coreEnums(goSource: string): Enums {
  const enums = new Map<string, readonly string[]>();
  let definition = '';
  let property = '';
  for (const line of goSource.split('\n')) {
    const start = FUNCTION.exec(line);
    if (line.startsWith('func ')) {
      definition = start ? `io.k8s.api.${start[1]}.${start[2]}.${start[3]}` : '';
    }
    property = PROPERTY.exec(line)?.[1] ?? property;
    const values = VALUES.exec(line)?.[1];
    if (definition && values) {
      enums.set(`${definition}.${property}`, JSON.parse(`[${values}]`) as string[]);
    }
  }
  return enums;
}
