import type { Declared } from '../declared.ts';
import { isEnd } from '../declared.ts';
import { refuse } from '../failure.ts';
import type { FileGroup } from '../group.ts';
import { type NetworkEnd, NetworkPolicies, type NetworkPort } from '../network-policy.ts';
import { wrongAnswers } from '../network-policy-truth.ts';
import type { Container, KubeObject, PodTemplate } from '../objects.ts';
import { changed, type Output } from '../output.ts';

const DNS = 53;
const OUTSIDE: NetworkEnd = {
  name: 'the internet',
  namespace: undefined,
  labels: {},
  ip: '203.0.113.10',
  ports: {},
};
const STRANGER: NetworkEnd = {
  name: 'a stranger’s pod',
  namespace: 'default',
  labels: {},
  ip: '10.9.9.9',
  ports: {},
};

/** What is declared can talk, and nothing else can. */
export const network: FileGroup = {
  name: 'network',
  needs: 'files',
  notProven: [
    'network: policies are evaluated by our own code; whether a cluster enforces them (EKS does not by itself) is not seen',
    'network: mesh policies, host networking and policies that operators add are not evaluated',
  ],

  async prove(output, steps) {
    await steps.step('every declared connection is open on both sides', async () =>
      refuse('declared, but closed', closedConnections(output)),
    );
    await steps.step('every undeclared pair is closed', async () =>
      refuse('open, but never declared', openStrangers(output)),
    );
  },

  async refute(fixture, steps) {
    await steps.step('the evaluator against its truth tables', async () =>
      refuse('the evaluator is wrong', wrongAnswers()),
    );
    const wrongPort = changed(fixture, (object) => {
      if (object.metadata.name !== 'db-from-web') return object;
      return JSON.parse(JSON.stringify(object).replace('5432', '5433'));
    });
    await steps.mustFail(
      'a wrong port in a policy',
      /web DB: .*db on TCP 5432 does not let it in/,
      async () => refuse('declared, but closed', closedConnections(wrongPort)),
    );
    const open = changed(fixture, (object) =>
      object.metadata.name === 'default-deny' ? undefined : object,
    );
    await steps.mustFail('no default-deny', /stranger’s pod → .*web on TCP 8080/, async () =>
      refuse('open, but never declared', openStrangers(open)),
    );
    const undeclared: Output = { ...fixture, declared: [] };
    await steps.mustFail('a policy for nothing declared', /web → .*db on TCP 5432/, async () =>
      refuse('open, but never declared', openStrangers(undeclared)),
    );
  },
};

function closedConnections(output: Output): string[] {
  const policies = policiesOf(output);
  const ends = endsOf(output);
  return output.declared
    .filter(({ connection }) => connection)
    .flatMap(({ from, name, ports, to }) => {
      const clients = ends.filter((end) => isEnd(from, end));
      const servers = ends.filter((end) => isEnd(to, end));
      return clients.flatMap((client) =>
        servers.flatMap((server) =>
          ports.flatMap((port) => {
            const wanted = { protocol: 'TCP', port };
            const out = policies.allowsEgress(client, server, wanted);
            const into = policies.allowsIngress(client, server, wanted);
            return [
              out
                ? []
                : `${name}: ${client.name} does not let it out to ${server.name} on TCP ${port}`,
              into
                ? []
                : `${name}: ${server.name} on TCP ${port} does not let it in from ${client.name}`,
            ].flat();
          }),
        ),
      );
    });
}

function openStrangers(output: Output): string[] {
  const policies = policiesOf(output);
  const pods = endsOf(output);
  const everyPort = [...new Set([443, ...output.declared.flatMap(({ ports }) => ports)])];
  const problems: string[] = [];
  const judge = (client: NetworkEnd, server: NetworkEnd, port: NetworkPort) => {
    if (port.port === DNS || !policies.allows(client, server, port)) return;
    if (output.declared.some((one) => explains(one, client, server, port))) return;
    problems.push(`${client.name} → ${server.name} on ${port.protocol} ${port.port}`);
  };
  for (const pod of pods) {
    const own = [...new Set([...Object.values(pod.ports), ...everyPort])];
    for (const port of own) {
      for (const client of [...pods, STRANGER, OUTSIDE])
        judge(client, pod, { protocol: 'TCP', port });
    }
    for (const port of everyPort) {
      judge(pod, OUTSIDE, { protocol: 'TCP', port });
      judge(pod, STRANGER, { protocol: 'TCP', port });
    }
  }
  return problems;
}

function explains(
  declared: Declared,
  client: NetworkEnd,
  server: NetworkEnd,
  { port }: NetworkPort,
): boolean {
  const { from, ports, to } = declared;
  return (ports.length === 0 || ports.includes(port)) && isEnd(from, client) && isEnd(to, server);
}

function policiesOf({ files }: Output): NetworkPolicies {
  return new NetworkPolicies(files.map(({ object }) => object));
}

/** The pods of every workload, and those that an operator makes for a custom resource: known by their labels only. */
function endsOf({ declared, files }: Output): NetworkEnd[] {
  const written = files.flatMap(({ object }) => podOf(object) ?? []);
  const made = declared
    .filter(({ connection }) => connection)
    .flatMap(({ from, ports, to }) => [
      { end: from, ports: [] },
      { end: to, ports },
    ])
    .filter(({ end }) => !written.some((pod) => isEnd(end, pod)))
    .map(({ end, ports }): NetworkEnd => {
      const { labels = {}, namespace } = end;
      const name = `${namespace}/${Object.values(labels).join(',')}`;
      const named = Object.fromEntries(ports.map((port) => [String(port), port]));
      return { name, namespace, labels, ip: '10.1.0.1', ports: named };
    });
  const unique = new Map(made.map((end) => [`${end.name} ${Object.keys(end.ports)}`, end]));
  return [...written, ...unique.values()];
}

function podOf({ kind, metadata, spec }: KubeObject): NetworkEnd | undefined {
  const template = templateOf(spec as TemplateHolder | undefined);
  if (!template?.spec?.containers) return undefined;
  const ports = template.spec.containers.flatMap(({ ports = [] }: Container) =>
    ports.map(({ containerPort, name }) => [name ?? String(containerPort), containerPort] as const),
  );
  return {
    name: `${metadata.namespace}/${kind}/${metadata.name}`,
    namespace: metadata.namespace,
    labels: template.metadata?.labels ?? {},
    ip: '10.1.0.1',
    ports: Object.fromEntries(ports),
  };
}

interface TemplateHolder {
  template?: PodTemplate;
  jobTemplate?: { spec?: { template?: PodTemplate } };
}

function templateOf(spec: TemplateHolder | undefined): PodTemplate | undefined {
  return spec?.template ?? spec?.jobTemplate?.spec?.template;
}
