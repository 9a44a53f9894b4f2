import type { Construct } from 'constructs';
import * as k8s from '#imports/k8s.ts';
import type { Access } from '../core/access.ts';
import { Connection, connect } from '../core/connection.ts';
import { KeelsonError } from '../core/errors.ts';
import { imageOf } from '../core/image.ts';
import { Service } from '../core/service.ts';
import { serviceAccount } from '../workload/account.ts';
import { configFiles, noted } from '../workload/config-files.ts';
import { type Resources, resources } from '../workload/resources.ts';
import { containerSecurity, podSecurity } from '../workload/security.ts';

export interface MemcachedAdminProps {
  /**
   * A name in the cluster's image lock: of `hatamiarash7/memcached-admin`, which is published without
   * versions, so only the digest there says which one it is.
   */
  readonly image: string;

  /** The caches to look into, by the name under which the page shows them. */
  readonly shows: Readonly<Record<string, Access>>;

  /**
   * Processor and memory of its pod.
   * @default - what the tier gives
   */
  readonly resources?: Resources;
}

const PORT = 80; // the image's own; the pod may open it, root it is not
const USER = 33;
const ROOT = '/var/www/html';
/** What Apache and the page write, by the name of its volume. */
const WRITTEN = {
  tmp: '/tmp',
  run: '/var/run/apache2',
  lock: '/var/lock/apache2',
  findings: `${ROOT}/Temp`,
};

/**
 * A page on what caches hold, in one pod: it keeps its findings in files. It has no login and can flush
 * every cache, so nothing exposes it: `kubectl port-forward service/<name> 8080:80` opens it for who may do
 * that. A new image replaces the pod; nothing is lost with it.
 */
export class MemcachedAdmin extends Service {
  declare readonly availability: 'best effort';

  constructor(scope: Construct, id: string, props: MemcachedAdminProps) {
    super(scope, id, { software: 'memcached-admin', availability: 'best effort' });
    if (Object.keys(props.shows).length === 0) {
      throw new KeelsonError(this, 'memcached-admin/shows-nothing', {
        message: "'shows' names no cache",
        hint: 'such as { SESSIONS: sessions.readWrite }, with the name that the page shows',
      });
    }
    for (const [alias, access] of Object.entries(props.shows)) connect(this, alias, access);
    const config = configFiles(this, { [`${ROOT}/Config/Memcache.php`]: this.#settings() });

    new k8s.Deployment(this, 'Resource', {
      metadata: { name: this.name },
      spec: {
        replicas: 1,
        strategy: { type: 'Recreate' },
        selector: { matchLabels: this.selector },
        template: {
          metadata: { labels: { ...this.selector }, ...noted(config) },
          spec: {
            serviceAccountName: this.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: {
              ...podSecurity(this, USER),
              sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
            },
            containers: [
              {
                name: 'memcached-admin',
                image: imageOf(this, props.image),
                ports: [{ name: 'http', containerPort: PORT }],
                readinessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 5 },
                livenessProbe: { tcpSocket: { port: 'http' }, periodSeconds: 10 },
                resources: resources(this, props.resources),
                securityContext: containerSecurity(),
                volumeMounts: [
                  ...Object.entries(WRITTEN).map(([name, mountPath]) => ({ name, mountPath })),
                  ...config.mounts,
                ],
              },
            ],
            volumes: [
              ...Object.keys(WRITTEN).map((name) => ({ name, emptyDir: {} })),
              ...config.volumes,
            ],
          },
        },
      },
    });
    new k8s.Service(this, 'Service', {
      metadata: { name: this.name },
      spec: { selector: this.selector, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    });
    serviceAccount(this, {});
  }

  /** The page's own settings file: its variables name one server at most. */
  #settings(): string {
    const caches = Connection.of(this).map(({ access, alias, credential, host }) => {
      const { SERVERS = `${host}:${access.endpoint.port}` } = credential?.values ?? {};
      return `    '${alias}' => [\n${SERVERS.split(',').map(serverLine).join('')}    ],\n`;
    });
    return `<?php
return [
${APIS.map((api) => `  '${api}_api' => 'Server',\n`).join('')}  'connection_timeout' => '1',
  'max_item_dump' => '100',
  'refresh_rate' => 5,
  'memory_alert' => '80',
  'hit_rate_alert' => '90',
  'eviction_alert' => '0',
  'file_path' => 'Temp/',
  'servers' => [
${caches.join('')}  ],
];
`;
  }
}

const APIS = ['stats', 'slabs', 'items', 'get', 'set', 'delete', 'flush_all'];

function serverLine(server: string): string {
  const [host, port] = server.split(':');
  return `      '${server}' => ['hostname' => '${host}', 'port' => '${port}'],\n`;
}
