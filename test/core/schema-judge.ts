import { type Schema, Validator } from '@cfworker/json-schema';
import type { KubeObject } from '../../src/core/model.ts';
import type { KubernetesVersion, Schemas } from '../../src/core/schema.ts';
import { loadSchemas } from '../../src/operations/schemas.ts';

const loaded = new Map<string, Schemas>();
const validators = new Map<string, Validator | undefined>();

/** What is wrong with an object, as a judge who shares no line with our own check sees it. */
export function complaints(object: KubeObject, kubernetes: KubernetesVersion = '1.34'): string[] {
  const { apiVersion, kind, metadata } = object;
  const validator = validatorFor(apiVersion, kind, kubernetes);
  const at = `${kind} ${metadata.name} on ${kubernetes}`;
  if (!validator) return [`${at}: unknown kind ${apiVersion}`];
  const { errors, valid } = validator.validate(object);
  return valid ? [] : [`${at}: ${errors.map((each) => each.error).join('; ')}`];
}

function validatorFor(apiVersion: string, kind: string, kubernetes: string): Validator | undefined {
  const key = `${kubernetes} ${apiVersion} ${kind}`;
  if (!validators.has(key)) validators.set(key, makeValidator(apiVersion, kind, kubernetes));
  return validators.get(key);
}

function makeValidator(apiVersion: string, kind: string, kubernetes: string) {
  const schemas =
    loaded.get(kubernetes) ?? loadSchemas({ folders: ['imports/schemas'], kubernetes });
  loaded.set(kubernetes, schemas);
  const found = schemas.find(apiVersion, kind);
  if (!found) return undefined;
  const { definitions = {} } = found.root;
  return new Validator({ definitions, ...found.schema } as unknown as Schema, '7', false);
}
