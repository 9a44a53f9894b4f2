import type { Entry, Model, Origin } from '../core/model.ts';
import type { ObjectIndex } from './index-of-objects.ts';
import { fieldsIn, textIn, valueIn } from './read.ts';
import { defineRule } from './rule.ts';
import { strictInProduction } from './severity.ts';

const GROUP = 'postgresql.cnpg.io';

/** PostgreSQL's own default of 'superuser_reserved_connections'. */
const SUPERUSERS = 3;

/** What the operator has open on an instance: itself, metrics, and each database that it looks after. */
const OPERATOR = 10;

export const poolSize = defineRule('pool-size', {
  about: 'a pooler that, with its like, may open more connections than the database takes',
  of: (objects) => objects.of(`${GROUP}/Pooler`),
  *judge(entry, objects, { model }) {
    const { object } = entry;
    const cluster = textIn(object, 'spec', 'cluster', 'name');
    const found = clusterOf(objects, entry, cluster);
    const most = found && connectionsOf(found);
    if (!found || most === undefined) return;
    const type = valueIn(fieldsIn(object, 'spec'), 'type');
    const pairs = pairsOf(model, entry);
    const poolers = objects
      .of(`${GROUP}/Pooler`)
      .filter((each) => isOf(each, entry, cluster))
      .filter((each) => valueIn(fieldsIn(each.object, 'spec'), 'type') === type);
    const open = poolers.reduce(
      (sum, each) => sum + podsOf(each) * poolOf(each) * pairsOf(model, each),
      0,
    );
    const kept = SUPERUSERS + OPERATOR + directOf(model, found);
    if (open + kept <= most) return;
    const fitting = Math.max(1, Math.floor((most - kept) / Math.max(1, pairs * podsOf(entry))));
    yield {
      severity: strictInProduction(entry, model),
      message: `Pooler '${object.metadata.name}': ${podsOf(entry)} pods during an update with ${poolOf(entry)} connections for each of ${pairs} users, ${open} with all poolers; '${cluster}' takes ${most}, ${kept} of them for others`,
      hint: `give '${cluster}' at least ${open + kept} 'maxConnections', or the pooler a 'poolSize' of at most ${fitting}`,
    };
  },
});

function isOf({ object }: Entry, near: Entry, cluster: string | undefined): boolean {
  const here = object.metadata.namespace === near.object.metadata.namespace;
  return here && textIn(object, 'spec', 'cluster', 'name') === cluster;
}

function clusterOf(
  objects: ObjectIndex,
  near: Entry,
  cluster: string | undefined,
): Entry | undefined {
  return objects
    .of(`${GROUP}/Cluster`)
    .find(
      ({ object: { metadata } }) =>
        metadata.name === cluster && metadata.namespace === near.object.metadata.namespace,
    );
}

function connectionsOf({ object }: Entry): number | undefined {
  const parameters = fieldsIn(object, 'spec', 'postgresql', 'parameters');
  const most = Number(parameters && textIn(parameters, 'max_connections'));
  return Number.isInteger(most) ? most : undefined;
}

/** Every user in every database has a pool of its own. Who comes by a proxy that leads to the pooler may come there. */
function pairsOf({ links }: Model, pooler: Entry): number {
  const before = new Set([idOf(pooler.origin)]);
  for (const each of before) {
    const proxies = links.filter(
      ({ owner, right }) => right === 'connect' && idOf(owner?.origin) === each,
    );
    for (const { client } of proxies) before.add(idOf(client.origin));
  }
  const users = links
    .filter(({ owner, right }) => right !== 'connect' && before.has(idOf(owner?.origin)))
    .map(
      ({ client, right, secrets }) =>
        `${secrets[0]?.secret ?? idOf(client.origin)} ${right.split(':')[0]}`,
    );
  return new Set(users).size;
}

const idOf = (origin: Origin | undefined): string =>
  origin ? `${origin.environment} ${origin.namespace} ${origin.service}` : '';

/** Who connects without a pooler, the Job that says the rights among them: each has one connection at the least. */
function directOf({ links }: Model, cluster: Entry): number {
  const direct = links.filter(
    ({ owner, right }) => right !== 'connect' && idOf(owner?.origin) === idOf(cluster.origin),
  );
  return new Set(direct.map(({ client }) => idOf(client.origin))).size;
}

/** With the pods that an update brings before it takes others away: a quarter, rounded up. */
function podsOf({ object }: Entry): number {
  const instances = Number(valueIn(fieldsIn(object, 'spec'), 'instances'));
  return instances + Math.ceil(instances / 4);
}

/** PgBouncer's own default is 20. */
const poolOf = ({ object }: Entry): number =>
  Number(textIn(object, 'spec', 'pgbouncer', 'parameters', 'default_pool_size') ?? 20);
