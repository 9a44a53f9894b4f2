import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CoreDefinitions,
  coreDefinitions,
} from '../../src/operations/import/core-definitions.ts';
import { coreEnums } from '../../src/operations/import/core-enums.ts';
import type { JsonObject } from '../../src/operations/import/json.ts';
import { goModule } from './go.ts';
import { coreKinds } from './kinds.ts';

/** What one release of Kubernetes publishes about the kinds we take. */
export function collectCore(patch: string): CoreDefinitions {
  const folder = goModule('k8s.io/kubernetes', `v${patch}`);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const openapi = JSON.parse(read('api/openapi-spec/swagger.json')) as JsonObject;
  const enums = coreEnums(read('pkg/generated/openapi/zz_generated.openapi.go'));
  return coreDefinitions(openapi, coreKinds, enums);
}
