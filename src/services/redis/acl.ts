/** What a client may do with the keys that match a pattern. */
export type Right = 'read' | 'readWrite' | 'inspect' | 'backup';

/** What a page for people asks of a server beside the data; no settings, which hold a password. */
const INSPECT = '+info +client|list +module|list +slowlog|get +slowlog|len';

/** What a client may do, by pattern of keys. Channels follow the same patterns. */
export type Grants = ReadonlyMap<string, Right>;

const SUBSCRIBE = '+subscribe +psubscribe +ssubscribe +unsubscribe +punsubscribe +sunsubscribe';
const READ = `+@read +@connection +@transaction ${SUBSCRIBE}`;
const WRITE = '+@write +@scripting +publish +spublish +wait';

/** Functions and loaded scripts are everybody's: a client may bring its own, and take nobody's away. */
const SHARED_CODE = '-script +script|load +script|exists -function';

/** To be sent all data, as a replica is, and to count it. */
const BACKUP = 'resetkeys resetchannels -@all +ping +sync +psync +replconf +dbsize +role';

/** They show the names of all keys, whatever the pattern. */
const NAMES = '-scan -randomkey -dbsize';

/**
 * The rules of one user, without its password. Keys that it may only read carry `%R`, so that a right to
 * write elsewhere never reaches them. Clients of Sentinel ask whom they talk to: ROLE.
 */
export function rulesOf(grants: Grants): string {
  if ([...grants.values()].includes('backup')) return BACKUP;
  const all = [...grants].sort(([a], [b]) => (a < b ? -1 : 1));
  const written = all.filter(([, right]) => right === 'readWrite').map(([pattern]) => pattern);
  const onlyRead = all
    .filter(([, right]) => right === 'read' || right === 'inspect')
    .map(([pattern]) => pattern);
  const writes = written.length > 0;
  const channels = writes ? written : onlyRead;
  const listening = writes && onlyRead.length > 0;
  return [
    'resetkeys resetchannels -@all',
    ...onlyRead.map((pattern) => `%R~${pattern}`),
    ...written.map((pattern) => `~${pattern}`),
    ...channels.map((pattern) => `&${pattern}`),
    READ,
    ...(writes ? [WRITE] : []),
    '-@admin -@dangerous +role',
    ...([...grants.values()].includes('inspect') ? [INSPECT] : []),
    ...(writes ? [SHARED_CODE] : []),
    ...(grants.has('*') ? [] : [NAMES]),
    ...(listening ? [`(${SUBSCRIBE} ${onlyRead.map((each) => `&${each}`).join(' ')})`] : []),
  ].join(' ');
}

/** A server with users of its own admits nobody else; the probes ask without a password what all may know. */
export const FIXED_USERS = `user default off resetpass resetkeys resetchannels -@all
user _probe on nopass resetkeys resetchannels -@all +ping +role +info
`;

/** What the parts of the set may do at a server, by user; no service can have such a name. */
export const OWN_USERS = {
  _keeper: '-@all +ping +role +acl|load +client|pause +client|unpause +replicaof',
  _replica: '-@all +ping +psync +replconf',
  _sentinel:
    'allchannels -@all +ping +info +role +multi +exec +slaveof +config|rewrite +publish +subscribe +client|setname +client|kill +script|kill',
} as const;

/** What is asked of a Sentinel: by everybody who reaches it, where the master is; by its peers, the rest. */
export const SENTINEL_USERS = {
  everybody:
    'user default on nopass resetkeys resetchannels &* -@all +@connection +@pubsub -publish -@admin -@dangerous +sentinel|get-master-addr-by-name +sentinel|master +sentinel|masters +sentinel|replicas +sentinel|slaves +sentinel|sentinels',
  _peer: 'allchannels -@all +ping +publish +subscribe +client|setname +info +sentinel +acl|load',
} as const;
