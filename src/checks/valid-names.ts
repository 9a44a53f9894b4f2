import type { Entry, KubeObject } from '../core/model.ts';
import { kindOf, type ObjectIndex } from './index-of-objects.ts';
import { containersOf } from './pods.ts';
import { type Fields, itemsIn, textIn } from './read.ts';
import { defineRule, type Fault } from './rule.ts';
import { show } from './schema/problem.ts';

export const validNames = defineRule('valid-names', {
  about: 'a name, label or annotation that the API server refuses',
  of: ({ all }) => all,
  *judge(entry, objects) {
    const { apiVersion, kind, metadata } = entry.object;
    const { allowed, says } = formOf(kindOf(apiVersion, kind));
    if (!allowed(metadata.name)) {
      yield {
        message: `${kind} ${show(metadata.name)} has a name that is not allowed`,
        hint: says,
      };
    }
    yield* labelFaults('metadata.labels', metadata.labels);
    yield* labelFaults("the pods' labels", Object.fromEntries(objects.labelsOf(entry)));
    yield* annotationFaults(metadata.annotations);
    yield* partFaults(entry, objects);
  },
});

interface Form {
  readonly allowed: (name: string) => boolean;
  readonly says: string;
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function label(longest: number, says: string): Form {
  return { allowed: (name) => name.length <= longest && LABEL.test(name), says };
}

function subdomain(longest: number, says: string): Form {
  return { allowed: (name) => name.length <= longest && SUBDOMAIN.test(name), says };
}

const WORDS = "lower-case letters, digits and '-', beginning and ending with a letter or a digit";
const MOST = subdomain(253, `at most 253 ${WORDS}, '.' between them`);
const FREE: Form = {
  allowed: (name) => !/[/%]/.test(name) && name !== '.' && name !== '..',
  says: "anything but '/', '%', '.' and '..'",
};
const BEGINS: Form = {
  allowed: (name) => name.length <= 63 && /^[a-z]/.test(name) && LABEL.test(name),
  says: `at most 63 ${WORDS}; the first is a letter, since it becomes a DNS name`,
};

/** Kinds whose names are narrower, or wider, than most. */
const FORMS: ReadonlyMap<string, Form> = new Map([
  ['/Namespace', label(63, `at most 63 ${WORDS}`)],
  ['/Service', BEGINS],
  [
    'apps/StatefulSet',
    label(52, `at most 52 ${WORDS}: its pods get a label with the name and a hash`),
  ],
  ['batch/CronJob', subdomain(52, `at most 52 ${WORDS}: its Jobs get a number appended`)],
  ['batch/Job', subdomain(63, `at most 63 ${WORDS}: its pods get the name as a label`)],
  ['rbac.authorization.k8s.io/ClusterRole', FREE],
  ['rbac.authorization.k8s.io/ClusterRoleBinding', FREE],
  ['rbac.authorization.k8s.io/Role', FREE],
  ['rbac.authorization.k8s.io/RoleBinding', FREE],
]);

const formOf = (kind: string): Form => FORMS.get(kind) ?? MOST;

const QUALIFIED = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

function isKey(key: string): boolean {
  const slash = key.indexOf('/');
  if (slash < 0) return QUALIFIED.test(key);
  return (
    slash <= 253 && SUBDOMAIN.test(key.slice(0, slash)) && QUALIFIED.test(key.slice(slash + 1))
  );
}

const KEY = "an optional domain and '/', then at most 63 letters, digits, '-', '_' and '.'";

function* labelFaults(
  where: string,
  labels: Entry['object']['metadata']['labels'],
): Iterable<Fault> {
  for (const [key, value] of Object.entries(labels ?? {})) {
    if (!isKey(key))
      yield { message: `${where}: the key ${show(key)} is not allowed`, hint: `a key is ${KEY}` };
    if (typeof value !== 'string' || value === '' || QUALIFIED.test(value)) continue;
    yield {
      message: `${where}: the value of '${key}' is ${show(value)}`,
      hint: "it may have at most 63 letters, digits, '-', '_' and '.'; longer text is an annotation",
    };
  }
}

const MOST_ANNOTATIONS = 256 * 1024;

function* annotationFaults(annotations: KubeObject['metadata']['annotations']): Iterable<Fault> {
  const all = Object.entries(annotations ?? {});
  for (const [key] of all) {
    if (isKey(key.toLowerCase())) continue;
    yield {
      message: `metadata.annotations: the key ${show(key)} is not allowed`,
      hint: `a key is ${KEY}`,
    };
  }
  const characters = all.reduce((sum, [key, value]) => sum + key.length + `${value}`.length, 0);
  if (characters * 3 <= MOST_ANNOTATIONS) return; // no character takes more bytes
  const size = new TextEncoder().encode(all.flat().join('')).length;
  if (size <= MOST_ANNOTATIONS) return;
  yield {
    message: `metadata.annotations: ${size} bytes, keys and values together`,
    hint: `the API server takes ${MOST_ANNOTATIONS}; put large content into a ConfigMap`,
  };
}

/** Containers and their ports have names that DNS and probes use. */
function* partFaults(entry: Entry, objects: ObjectIndex): Iterable<Fault> {
  for (const { called, fields } of containersOf(objects.specOf(entry))) {
    const name = textIn(fields, 'name');
    if (name !== undefined && !(name.length <= 63 && LABEL.test(name))) {
      yield { message: `${called} has a name that is not allowed`, hint: `at most 63 ${WORDS}` };
    }
    for (const port of itemsIn(fields, 'ports')) yield* portFaults(called, port);
  }
}

function* portFaults(called: string, { name }: Fields): Iterable<Fault> {
  if (typeof name !== 'string') return;
  const lettered = /[a-z]/.test(name) && !name.includes('--');
  if (name.length <= 15 && LABEL.test(name) && lettered) return;
  yield {
    message: `${called} has a port named ${show(name)}`,
    hint: `at most 15 ${WORDS}, with a letter among them`,
  };
}
