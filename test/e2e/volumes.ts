import type { Api } from './api.ts';
import type { KubeObject, Workload } from './objects.ts';
import { watchObjects } from './watch.ts';

interface Claim extends KubeObject {
  spec: {
    accessModes: string[];
    storageClassName?: string;
    volumeName?: string;
    volumeMode?: string;
    resources: { requests: Record<string, string> };
  };
}

const SELECTED_NODE = 'volume.kubernetes.io/selected-node';
const PROVISIONER = 'volume.kubernetes.io/storage-provisioner';

/**
 * Plays the provisioner of every storage class: a claim gets its volume in the zone that the scheduler chose, and is bound to
 * that zone from then on, as a disk is.
 */
export async function startProvisioner(api: Api): Promise<() => void> {
  return watchObjects<Claim>(api, 'v1/PersistentVolumeClaim', (event, claim) => {
    if (event === 'DELETED' || claim.spec.volumeName) return;
    const { annotations = {} } = claim.metadata;
    // Without a chosen node, the controller asks the provisioner only for a class that binds at once.
    const node = annotations[SELECTED_NODE] ?? (annotations[PROVISIONER] && 'node-a1');
    if (node) void provision(api, claim, node).catch(() => undefined); // the next event tries again
  });
}

async function provision(api: Api, claim: Claim, node: string): Promise<void> {
  const { metadata, spec } = claim;
  const host = await api.get({ apiVersion: 'v1', kind: 'Node', metadata: { name: node } });
  const zoned = host?.metadata.labels?.['topology.kubernetes.io/zone'];
  const key = zoned ? 'topology.kubernetes.io/zone' : 'kubernetes.io/hostname';
  await api.apply({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: `pvc-${metadata.uid}` },
    spec: {
      accessModes: spec.accessModes,
      capacity: spec.resources.requests,
      storageClassName: spec.storageClassName,
      volumeMode: spec.volumeMode,
      persistentVolumeReclaimPolicy: 'Delete',
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        name: metadata.name,
        namespace: metadata.namespace,
        uid: metadata.uid,
      },
      csi: { driver: 'e2e.keelson.invalid', volumeHandle: metadata.uid },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key, operator: 'In', values: [zoned ?? node] }] },
          ],
        },
      },
    },
  });
}

/** A class for every name that claims ask for, and a default one, unless the output brings its own. */
export function storageClassesFor(objects: readonly KubeObject[]): KubeObject[] {
  const own = new Set(
    objects.flatMap((object) => (object.kind === 'StorageClass' ? object.metadata.name : [])),
  );
  const claims = objects.flatMap((object) =>
    object.kind === 'PersistentVolumeClaim'
      ? [object as Claim]
      : (((object as Workload).spec?.volumeClaimTemplates ?? []) as Claim[]),
  );
  const names = new Set(claims.flatMap((claim) => claim.spec.storageClassName ?? []));
  return [...new Set([...names, 'e2e-default', 'e2e-immediate'])]
    .filter((name) => !own.has(name))
    .map((name) => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name,
        ...(name === 'e2e-default' && {
          annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
        }),
      },
      provisioner: 'e2e.keelson.invalid',
      volumeBindingMode: name === 'e2e-immediate' ? 'Immediate' : 'WaitForFirstConsumer',
      allowVolumeExpansion: true,
    }));
}
