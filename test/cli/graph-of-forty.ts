import type { Graph, GraphConnection, GraphService } from '../../src/operations/graph.ts';

const PLACE = 'studygiveway/prod/prod';

/** What a team of fifty might run: kind, endpoint, and what each uses. A `?` marks what it can do without. */
const LAYERS: Readonly<
  Record<string, Readonly<Record<string, readonly [string, string, string]>>>
> = {
  edge: {
    traefik: ['Traefik', 'https 443', 'web daphne api-gateway chat'],
    'oauth-proxy': ['WebApp', 'http 80', 'accounts sessions?'],
  },
  apps: {
    web: ['WebApp', 'http 80', 'api-gateway sessions assets.cdn.example.com:443 flags?'],
    daphne: ['WebApp', 'http 80', 'db-pooler sessions channels'],
    'api-gateway': ['WebApp', 'http 80', 'accounts courses billing search flags?'],
    accounts: ['WebApp', 'http 80', 'db-pooler sessions mailer'],
    courses: ['WebApp', 'http 80', 'db-pooler search events media'],
    billing: ['WebApp', 'http 80', 'billing-db events api.stripe.com:443'],
    chat: ['WebApp', 'ws 8080', 'channels chat-db events'],
    search: ['WebApp', 'http 80', 'elasticsearch'],
    media: ['WebApp', 'http 80', 's3.eu-west-1.amazonaws.com:443 sessions'],
    mailer: ['WebApp', 'http 80', 'jobs smtp.eu.mailgun.org:587'],
    'video-transcoder': ['Worker', '', 'jobs s3.eu-west-1.amazonaws.com:443 events'],
    certificates: ['Worker', '', 'db-pooler jobs'],
    'search-indexer': ['Worker', '', 'events elasticsearch schema-registry'],
    'report-builder': ['CronTask', '', 'db-pooler warehouse mailer?'],
    'nightly-cleanup': ['CronTask', '', 'db-pooler sessions'],
    'invoice-run': ['CronTask', '', 'billing-db billing'],
    flags: ['WebApp', 'http 80', 'sessions'],
  },
  streams: {
    'orders-sync': ['KafkaConnect', 'http 8083', 'events schema-registry billing-db warehouse'],
    'schema-registry': ['SchemaRegistry', 'http 8081', 'events'],
    'click-stream': ['Worker', '', 'events warehouse'],
    'notification-fanout': ['Worker', '', 'events jobs push.apple.com:443'],
  },
  data: {
    db: ['Postgres', 'postgres 5432', ''],
    'db-pooler': ['PgBouncer', 'postgres 6432', 'db'],
    'billing-db': ['Postgres', 'postgres 5432', ''],
    warehouse: ['Postgres', 'postgres 5432', ''],
    'chat-db': ['MongoDb', 'mongodb 27017', ''],
    sessions: ['Redis', 'redis 6379', ''],
    channels: ['Redis', 'redis 6379', ''],
    jobs: ['RabbitMq', 'amqp 5672', ''],
    events: ['Kafka', 'kafka 9093', ''],
    elasticsearch: ['Elasticsearch', 'https 9200', 'logstash?'],
    'db-exporter': ['Worker', 'metrics 9187', 'db'],
  },
  observe: {
    logstash: ['Logstash', 'beats 5044', 'elasticsearch?'],
    kibana: ['Kibana', 'http 5601', 'elasticsearch'],
    collector: ['OpenTelemetry', 'otlp 4317', 'tempo'],
    tempo: ['Tempo', 'http 3200', 's3.eu-west-1.amazonaws.com:443'],
    grafana: ['Grafana', 'http 80', 'tempo warehouse?'],
    'uptime-probe': ['CronTask', '', 'web daphne? api-gateway?'],
  },
};

/** Forty services in five layers, joined as real ones are. */
export function graphOfForty(): Graph {
  const hosts = new Map<string, Graph['hosts'][number]>();
  const services: GraphService[] = [];
  const connections: GraphConnection[] = [];
  const idOf = new Map<string, string>();
  const endpointOf = new Map<string, string>();
  for (const [layer, own] of Object.entries(LAYERS)) {
    for (const [name, [kind, endpoint]] of Object.entries(own)) {
      const id = `${PLACE}/${layer}/${name}`;
      const [protocol = '', port = ''] = endpoint.split(' ');
      const endpoints = endpoint ? [{ protocol, port: Number(port) }] : [];
      services.push({ id, place: PLACE, layer, name, kind, endpoints, hosts: [] });
      idOf.set(name, id);
      endpointOf.set(name, endpoint);
    }
  }
  for (const [client, [, , uses]] of Object.values(LAYERS).flatMap(
    Object.entries<readonly [string, string, string]>,
  )) {
    for (const used of uses.split(' ').filter(Boolean)) {
      const target = used.replace('?', '');
      const [host = '', hostPort = ''] = target.split(':');
      const to = idOf.get(target) ?? target;
      const [protocol = '', port = ''] = (endpointOf.get(target) ?? `https ${hostPort}`).split(' ');
      if (to === target) hosts.set(to, { id: to, name: host, port: Number(hostPort) });
      const alias = host.split('.')[0]?.toUpperCase().replaceAll('-', '_') ?? '';
      connections.push({
        ...{ from: idOf.get(client) ?? '', to, alias, protocol, port: Number(port) },
        ...{ right: 'readWrite', soft: used.endsWith('?') },
      });
    }
  }
  return { services, hosts: [...hosts.values()], connections };
}
