import { type Declared, type DeclaredEnd, isEnd, someEnd } from '../declared.ts';
import { refuse } from '../failure.ts';
import type { FileGroup } from '../group.ts';
import { type NetworkEnd, NetworkPolicies, type NetworkPort } from '../network-policy.ts';
import { wrongAnswers } from '../network-policy-truth.ts';
import { type Container, type KubeObject, nameOf, type PodTemplate } from '../objects.ts';
import { changed, type Output, type OutputFile } from '../output.ts';

const DNS = 53;
const OUTSIDE: NetworkEnd = {
  name: 'the internet',
  namespace: undefined,
  labels: {},
  ip: '203.0.113.10',
  ports: {},
};
const NODE_CACHE: NetworkEnd = { ...OUTSIDE, name: 'the name server', ip: '169.254.20.10' };
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
    'network: openings to IPv6 addresses are not evaluated',
    'network: mesh policies, host networking and policies that operators add are not evaluated',
  ],

  async prove(output, steps) {
    await steps.step('every declared connection is open on both sides', async () =>
      refuse('declared, but closed', closedConnections(output)),
    );
    await steps.step('every undeclared pair is closed', async () =>
      refuse('open, but never declared', openStrangers(output)),
    );
    await steps.step('every policy would be missed', async () =>
      refuse('there for nothing that is looked at', unjudged(output)),
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
    const mute = changed(fixture, (object) =>
      object.metadata.name === 'allow-dns' ? undefined : object,
    );
    await steps.mustFail('no DNS', /web cannot ask for names on UDP 53/, async () =>
      refuse('declared, but closed', closedConnections(mute)),
    );
    const shut: Output = { ...fixture, declared: [...fixture.declared, SCRAPED] };
    await steps.mustFail(
      'an opening that no policy makes',
      /web metrics: .*web on TCP 9090 does not let it in from a pod of monitoring/,
      async () => refuse('declared, but closed', closedConnections(shut)),
    );
    const idle = changed(fixture, (object) =>
      object.kind === 'PodDisruptionBudget' ? { ...POLICY_FOR_NOBODY } : object,
    );
    await steps.mustFail('a policy that nobody would miss', /NetworkPolicy\/nobody/, async () =>
      refuse('there for nothing that is looked at', unjudged(idle)),
    );
    const undeclared: Output = { ...fixture, declared: [] };
    await steps.mustFail('a policy for nothing declared', /web → .*db on TCP 5432/, async () =>
      refuse('open, but never declared', openStrangers(undeclared)),
    );
  },
};

const SCRAPED: Declared = {
  name: 'web metrics',
  from: { namespace: 'monitoring', labels: { app: 'prometheus' } },
  to: { namespace: 'fixture-prod', labels: { 'app.kubernetes.io/name': 'web' } },
  ports: [9090],
  ours: 'to',
};

const POLICY_FOR_NOBODY: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'nobody', namespace: 'fixture-prod' },
  spec: { podSelector: { matchLabels: { app: 'nobody' } }, policyTypes: ['Ingress'] },
};

function closedConnections(output: Output): string[] {
  const policies = policiesOf(output);
  const ends = endsOf(output);
  const matching = (end: DeclaredEnd) => {
    const found = end.cidr === undefined ? ends.filter((each) => isEnd(end, each)) : [];
    return found.length > 0 ? found : [someEnd(end)];
  };
  const declared = output.declared.flatMap(({ from, name, ours, ports, to }) =>
    (isIpv6(from) || isIpv6(to) ? [] : matching(from)).flatMap((client) =>
      matching(to).flatMap((server) =>
        ports.flatMap((port) => {
          const wanted = { protocol: 'TCP', port };
          const out = ours === 'to' || policies.allowsEgress(client, server, wanted);
          const into = ours === 'from' || policies.allowsIngress(client, server, wanted);
          const problems = [
            out ? '' : `${client.name} does not let it out to ${server.name} on TCP ${port}`,
            into ? '' : `${server.name} on TCP ${port} does not let it in from ${client.name}`,
          ];
          return problems.flatMap((problem) => (problem ? `${name}: ${problem}` : []));
        }),
      ),
    ),
  );
  return [...declared, ...withoutNames(policies, ends)];
}

/** The evaluator knows IPv4 alone. */
const isIpv6 = ({ cidr }: DeclaredEnd): boolean => cidr?.includes(':') ?? false;

/** Nobody finds anybody without DNS, on UDP and, for long answers, on TCP; a cache on the node has no labels. */
function withoutNames(policies: NetworkPolicies, ends: readonly NetworkEnd[]): string[] {
  return ends.flatMap((end) =>
    ['UDP', 'TCP']
      .filter((protocol) => !policies.allowsEgress(end, NODE_CACHE, { protocol, port: DNS }))
      .map((protocol) => `${end.name} cannot ask for names on ${protocol} ${DNS}`),
  );
}

/** The policies that nobody would miss: taking one away leaves everything as it was, for all that is looked at. */
function unjudged(output: Output): string[] {
  const policies = output.files.filter(({ object }) => object.kind === 'NetworkPolicy');
  return policies.flatMap((policy) => {
    const without = { ...output, files: output.files.filter((file) => file !== policy) };
    const noticed = closedConnections(without).length > 0 || openStrangers(without).length > 0;
    return noticed ? [] : [nameOf(policy.object)];
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
    .filter(({ ours }) => ours === 'both')
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
  return [...written, ...unique.values(), ...files.flatMap(anyPodOf)];
}

/** Whatever somebody may start in a namespace later is as closed as the rest. */
function anyPodOf({ object: { kind, metadata } }: OutputFile): NetworkEnd[] {
  if (kind !== 'Namespace') return [];
  const name = `any pod of ${metadata.name}`;
  return [{ name, namespace: metadata.name, labels: {}, ip: '10.1.0.2', ports: {} }];
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
