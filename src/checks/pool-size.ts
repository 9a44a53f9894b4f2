import type { Entry, Model, Origin } from '../core/model.ts';
import type { ObjectIndex } from './index-of-objects.ts';
import { fieldsIn, textIn, valueIn } from './read.ts';
import { defineRule } from './rule.ts';
import { strictInProduction } from './severity.ts';

const GROUP = 'postgresql.cnpg.io';

export const poolSize = defineRule('pool-size', {
  about: 'a pooler that, with its like, may open more connections than the database takes',
  of: (objects) => objects.of(`${GROUP}/Pooler`),
  *judge(entry, objects, { model }) {
    const { object } = entry;
    const cluster = textIn(object, 'spec', 'cluster', 'name');
    const most = connectionsOf(objects, entry, cluster);
    if (most === undefined) return;
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
    if (open < most) return;
    const fitting = Math.floor((most - 1) / Math.max(1, pairs * podsOf(entry)));
    yield {
      severity: strictInProduction(entry, model),
      message: `Pooler '${object.metadata.name}': ${podsOf(entry)} pods with ${poolOf(entry)} connections for each of ${pairs} users, ${open} with all poolers, and '${cluster}' takes ${most}`,
      hint: `give '${cluster}' more than ${open} 'maxConnections', or the pooler a 'poolSize' of at most ${fitting}`,
    };
  },
});

function isOf({ object }: Entry, near: Entry, cluster: string | undefined): boolean {
  const here = object.metadata.namespace === near.object.metadata.namespace;
  return here && textIn(object, 'spec', 'cluster', 'name') === cluster;
}

function connectionsOf(
  objects: ObjectIndex,
  near: Entry,
  cluster: string | undefined,
): number | undefined {
  const found = objects
    .of(`${GROUP}/Cluster`)
    .find(
      ({ object: { metadata } }) =>
        metadata.name === cluster && metadata.namespace === near.object.metadata.namespace,
    );
  const parameters = found && fieldsIn(found.object, 'spec', 'postgresql', 'parameters');
  const most = Number(parameters && textIn(parameters, 'max_connections'));
  return Number.isInteger(most) ? most : undefined;
}

/** Every user in every database that comes by way of the pooler has a pool of its own. */
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

const podsOf = ({ object }: Entry): number =>
  Number(valueIn(fieldsIn(object, 'spec'), 'instances'));

/** PgBouncer's own default is 20. */
const poolOf = ({ object }: Entry): number =>
  Number(textIn(object, 'spec', 'pgbouncer', 'parameters', 'default_pool_size') ?? 20);
