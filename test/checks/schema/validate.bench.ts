import { type Schema, Validator } from '@cfworker/json-schema';
import { RULES } from '../../../src/checks/checks.ts';
import { validate } from '../../../src/checks/schema/validate.ts';
import type { KubeObject } from '../../../src/core/model.ts';
import type { KindSchema } from '../../../src/core/schema.ts';
import { loadSchemas } from '../../../src/operations/schemas.ts';
import { inputOf } from '../judge.ts';
import { committedObjects } from './samples.ts';

// The figures of docs/decisions/0005: `npx tsx --conditions keelson-source test/checks/schema/validate.bench.ts`

const COUNT = 20_000;
const [deployment] = committedObjects()
  .filter(({ kind }) => kind === 'Deployment')
  .sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length);
if (!deployment) throw new Error('no golden holds a Deployment');
const objects = Array.from({ length: COUNT }, (_, i): KubeObject => {
  const copy = structuredClone(deployment);
  return { ...copy, metadata: { ...copy.metadata, name: `web-${i}` } };
});

/** Processor time: what others do on the machine meanwhile does not count. */
function timed<T>(work: () => T): [milliseconds: number, T] {
  const start = process.cpuUsage();
  const result = work();
  const { system, user } = process.cpuUsage(start);
  return [(user + system) / 1000, result];
}

function judgeFor({ root, schema }: KindSchema): Validator {
  return new Validator(
    { ...schema, definitions: root.definitions ?? {} } as unknown as Schema,
    '7',
  );
}

/** A kind as it is when nobody has asked for it yet, its file read. */
function fresh(apiVersion: string, kind: string): KindSchema {
  const found = loadSchemas({ folders: ['imports/schemas'], kubernetes: '1.34' });
  const known = found.find(apiVersion, kind);
  if (!known) throw new Error(`no ${kind}`);
  void known.root;
  return known;
}

const kafka = {
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'Kafka',
  metadata: { name: 'events' },
  spec: {
    kafka: {
      version: '4.3.1',
      listeners: [{ name: 'tls', port: 9093, type: 'internal', tls: true }],
      config: { 'default.replication.factor': 3 },
    },
    entityOperator: { topicOperator: {}, userOperator: {} },
  },
};

for (const object of [deployment, kafka]) {
  const { apiVersion, kind } = object;
  const forUs = fresh(apiVersion, kind);
  const forJudge = fresh(apiVersion, kind);
  const [ours, problems] = timed(() => validate(forUs, object));
  const [judge, { valid }] = timed(() => judgeFor(forJudge).validate(object));
  if (problems.length > 0 || !valid) throw new Error(`${kind} should be right`);
  console.log(
    `${kind}, ready and one object: ours ${ours.toFixed(1)} ms, cfworker ${judge.toFixed(1)} ms`,
  );
}

const size = JSON.stringify(deployment).length;
console.log(`${COUNT} Deployments of ${size} bytes as JSON`);
for (let round = 1; round <= 3; round++) {
  const known = fresh('apps/v1', 'Deployment');
  const [ours] = timed(() => objects.every((each) => validate(known, each).length === 0));
  const validator = judgeFor(known);
  const [judge] = timed(() => objects.every((each) => validator.validate(each).valid));
  const per = (milliseconds: number): string => ((milliseconds * 1000) / COUNT).toFixed(1);
  console.log(
    `round ${round}: ours ${ours.toFixed(0)} ms (${per(ours)} µs each),` +
      ` cfworker ${judge.toFixed(0)} ms (${per(judge)} µs each)`,
  );
}

const input = inputOf(objects);
for (const { check, name } of RULES) {
  const [milliseconds, { findings, looked }] = timed(() => check(input));
  console.log(
    `${name}: ${milliseconds.toFixed(0)} ms, ${looked} objects, ${findings.length} findings`,
  );
}
