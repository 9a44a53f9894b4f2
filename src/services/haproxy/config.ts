/** One listener, and where its connections go. */
export interface Listener {
  readonly name: 'primary' | 'read-only';
  readonly port: number;
  /** In full: HAProxy knows no search domains. */
  readonly host: string;
  readonly hostPort: number;
  /** What stands there ends by itself what runs in it, after its name is gone. */
  readonly drains?: boolean;
}

export interface ConfigOptions {
  readonly listeners: readonly Listener[];
  readonly threads: number;
  readonly maxConnections: number;
  readonly servers: number;
  readonly shutdownSeconds: number;
}

export const STATS_PORT = 8404;

/**
 * All of haproxy.cfg. A server is asked whether it speaks TLS, as every client asks first: PostgreSQL and PgBouncer
 * answer with one letter, without a user, and a process that hangs does not. A database that is down loses its
 * sessions at once, so that clients connect to another. A pooler that goes, for which nobody asks any more, keeps
 * them until it has ended their transactions; its pod ends one that hangs, and TCP finds one whose node is gone.
 */
export function configOf(options: ConfigOptions): string {
  const { listeners, maxConnections, shutdownSeconds, threads } = options;
  return `global
  log stdout format raw local0
  nbthread ${threads}
  maxconn ${maxConnections}
  hard-stop-after ${shutdownSeconds}s

defaults
  mode tcp
  log global
  option tcplog
  option dontlognull
  option clitcpka
  option srvtcpka
  srvtcpka-idle 15s
  srvtcpka-intvl 5s
  srvtcpka-cnt 3
  option redispatch
  retries 3
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  timeout check 5s

resolvers kube
  parse-resolv-conf
  accepted_payload_size 8192
  hold valid 10s

${listeners.map((listener) => listen(listener, options)).join('\n')}
frontend stats
  mode http
  bind :${STATS_PORT}
  timeout client 10s
  monitor-uri /healthz
  http-request use-service prometheus-exporter if { path /metrics }
  http-request deny
`;
}

function listen(listener: Listener, { servers }: ConfigOptions): string {
  const { drains = false, host, hostPort, name, port } = listener;
  const whenDown = drains ? 'tcp-ut 30s' : 'tcp-ut 30s on-marked-down shutdown-sessions';
  return `listen ${name}
  bind :${port}
  balance leastconn
  option tcp-check
  tcp-check connect
  tcp-check send-binary 0000000804d2162f
  tcp-check expect rbinary ^(53|4E)
  default-server check inter 2s fall 3 rise 2 resolvers kube init-addr none ${whenDown}
  server-template ${name}- ${servers} ${host}:${hostPort}
`;
}
