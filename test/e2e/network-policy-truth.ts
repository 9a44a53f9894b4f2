import { type NetworkEnd, NetworkPolicies } from './network-policy.ts';
import { parseObjects } from './objects.ts';

/** Policies, and who may talk to whom on TCP 80 (`web`) under them; written by hand from the Kubernetes documentation. */
interface TruthTable {
  readonly name: string;
  readonly policies: string;
  readonly open: readonly string[];
  readonly closed: readonly string[];
}

const ends: Readonly<Record<string, NetworkEnd>> = {
  a: pod('one', { app: 'a' }),
  b: pod('one', { app: 'b' }),
  c: pod('two', { app: 'c' }),
  net: { name: 'net', namespace: undefined, labels: {}, ip: '203.0.113.10', ports: {} },
};

const DENY = policy('{podSelector: {}, policyTypes: [Ingress, Egress]}');

const tables: readonly TruthTable[] = [
  {
    name: 'no policy opens everything',
    policies: '',
    open: ['a b', 'a c', 'a net', 'net a'],
    closed: [],
  },
  {
    name: 'default-deny closes its own namespace, and only that',
    policies: DENY,
    open: ['c net', 'net c'],
    closed: ['a b', 'b a', 'a c', 'c a', 'a net', 'net a'],
  },
  {
    name: 'one side alone opens nothing',
    policies:
      DENY +
      policy(
        '{podSelector: {matchLabels: {app: b}}, ingress: [{from: [{podSelector: {matchLabels: {app: a}}}]}]}',
      ),
    open: [],
    closed: ['a b', 'b a'],
  },
  {
    name: 'both sides open one direction',
    policies:
      DENY +
      policy(
        '{podSelector: {matchLabels: {app: b}}, ingress: [{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}]}]}',
      ) +
      policy(
        '{podSelector: {matchLabels: {app: a}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: b}}}], ports: [{port: web}]}]}',
      ),
    open: ['a b'],
    closed: ['b a', 'a c', 'a net'],
  },
  {
    name: 'another port is another conversation',
    policies: policy('{podSelector: {matchLabels: {app: b}}, ingress: [{ports: [{port: 81}]}]}'),
    open: ['b a'],
    closed: ['a b'],
  },
  {
    name: 'a range of ports',
    policies: policy(
      '{podSelector: {matchLabels: {app: b}}, ingress: [{ports: [{port: 79, endPort: 81}]}]}',
    ),
    open: ['a b'],
    closed: [],
  },
  {
    name: 'another protocol is another conversation',
    policies: policy(
      '{podSelector: {matchLabels: {app: b}}, ingress: [{ports: [{protocol: UDP, port: 80}]}]}',
    ),
    open: [],
    closed: ['a b'],
  },
  {
    name: 'a pod selector means the policy’s own namespace',
    policies: policy(
      '{podSelector: {matchLabels: {app: b}}, ingress: [{from: [{podSelector: {}}]}]}',
    ),
    open: ['a b'],
    closed: ['c b', 'net b'],
  },
  {
    name: 'a namespace selector goes by the namespace’s name, and by its labels',
    policies:
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: two, labels: {team: x}}\n---\n' +
      policy(
        '{podSelector: {matchLabels: {app: a}}, ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: two}}}]}]}',
      ) +
      policy(
        '{podSelector: {matchLabels: {app: b}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: x}}, podSelector: {matchLabels: {app: c}}}]}]}',
      ),
    open: ['c a', 'c b'],
    closed: ['b a', 'a b'],
  },
  {
    name: 'an address block, with exceptions',
    policies: policy(
      '{podSelector: {matchLabels: {app: a}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]}',
    ),
    open: ['a net', 'b net'],
    closed: ['a b', 'a c'],
  },
  {
    name: 'an empty rule opens, an empty list does not',
    policies:
      policy('{podSelector: {matchLabels: {app: a}}, ingress: [{}]}') +
      policy('{podSelector: {matchLabels: {app: b}}, ingress: []}'),
    open: ['b a', 'net a'],
    closed: ['a b', 'net b'],
  },
];

/** What the evaluator gets wrong; nothing, or it may not judge anything else. */
export function wrongAnswers(): string[] {
  return tables.flatMap(({ closed, name, open, policies }) => {
    const judge = new NetworkPolicies(parseObjects(policies));
    const check = (pair: string, expected: boolean) => {
      const [client, server] = pair.split(' ').map((key) => ends[key]);
      if (!client || !server) return [`${name}: no such pair '${pair}'`];
      const actual = judge.allows(client, server, { protocol: 'TCP', port: 80 });
      return actual === expected ? [] : [`${name}: '${pair}' is ${actual ? 'open' : 'closed'}`];
    };
    return [
      ...open.flatMap((pair) => check(pair, true)),
      ...closed.flatMap((pair) => check(pair, false)),
    ];
  });
}

function pod(namespace: string, labels: Record<string, string>): NetworkEnd {
  return { name: labels['app'] ?? '', namespace, labels, ip: '10.1.2.3', ports: { web: 80 } };
}

function policy(spec: string): string {
  const head = 'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy';
  return `${head}\nmetadata: {name: p, namespace: one}\nspec: ${spec}\n---\n`;
}
