import type * as k8s from '#imports/k8s.ts';
import { isIp } from '../../core/address.ts';
import type { Entry, Link } from '../../core/model.ts';
import { egress, policy, tcp } from './policy.ts';

const PRIVATE = [
  '10.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
];

/** The way to a host outside, as narrow as somebody said; where nobody did, the policy says that. */
export function externalPolicy({ alias, cidrs, client, host, port }: Link): Entry {
  const name = `${client.origin.service}-external-${alias.toLowerCase().replaceAll('_', '-')}`;
  const known = cidrs ?? (isIp(host) ? [`${host}/${host.includes(':') ? 128 : 32}`] : undefined);
  return policy(
    client,
    name,
    egress([{ to: known ? blocks(known) : ANYWHERE_OUTSIDE, ports: tcp([port]) }]),
    known
      ? undefined
      : { 'keelson.dev/addresses': `any but private ones: nobody said where ${host} is` },
  );
}

function blocks(cidrs: readonly string[]): k8s.NetworkPolicyPeer[] {
  return [...cidrs].sort().map((cidr) => ({ ipBlock: { cidr } }));
}

/** Policies know no names, so all that is left is to keep the inside out. */
const ANYWHERE_OUTSIDE: k8s.NetworkPolicyPeer[] = [
  { ipBlock: { cidr: '0.0.0.0/0', except: PRIVATE } },
];
