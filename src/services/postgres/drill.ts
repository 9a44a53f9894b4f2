import * as k8s from '#imports/k8s.ts';
import { Cluster, type ClusterSpec } from '#imports/postgresql.cnpg.io.ts';
import { RETIRE } from '../../core/labels.ts';
import type { Quantity } from '../../core/quantity.ts';
import { Service } from '../../core/service.ts';
import { serviceAccount } from '../../workload/account.ts';
import { backupAlerts } from '../../workload/backup-alerts.ts';
import { configFiles } from '../../workload/config-files.ts';
import { timedJob } from '../../workload/job-pod.ts';
import { programImage } from '../../workload/program-image.ts';
import { resources } from '../../workload/resources.ts';
import { containerSecurity } from '../../workload/security.ts';
import { accountWith, type DrillPlan, PLUGIN, storeOf } from './backup.ts';
import { type ClusterOptions, parameters } from './cluster.ts';
import { DRILL, IMAGE, MARK } from './drill-script.ts';
import { managed, reachStore } from './network.ts';

type Original = Pick<
  ClusterOptions,
  'image' | 'databases' | 'storage' | 'walStorage' | 'maxConnections' | 'parameters'
>;

export interface DrillOptions extends DrillPlan, Original {}

/** The user of the image. */
const USER = 65_534;

/** Restoring and reading may take this long; what takes longer is a drill that failed. */
const HOURS = 6;

/** Asks the operator for a scratch cluster, looks at what it restored, and removes it. */
class RestoreDrill extends Service {}

/** The scratch cluster. It stands in no file: it is there while a drill is held. */
class ScratchCluster extends Service {}

export function restoreDrill(postgres: Service, options: DrillOptions): void {
  const name = `${postgres.name}-scratch`;
  const scratch = new ScratchCluster(postgres, name, { podLabels: { 'cnpg.io/cluster': name } });
  managed(scratch);
  reachStore(scratch, options.store);

  const drill = new RestoreDrill(postgres, `${postgres.name}-drill`);
  const manifest = scratchCluster(postgres, scratch, options);
  const files = configFiles(drill, {
    '/etc/drill/drill.sh': DRILL,
    '/etc/drill/cluster.json': `${JSON.stringify(manifest, null, 2)}\n`,
  });
  timedJob(drill, {
    schedule: options.schedule,
    timeoutSeconds: HOURS * 3600,
    user: USER,
    serviceAccountToken: true,
    steps: [
      {
        name: 'drill',
        image: programImage(drill, 'kubectl', '1.36.1'),
        command: ['sh', '/etc/drill/drill.sh'],
        env: environment(postgres, scratch, options),
        resources: resources(drill, { cpu: '20m', memory: '128Mi' }),
        securityContext: containerSecurity(),
        volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...files.mounts],
      },
    ],
    volumes: files.volumes,
  });
  serviceAccount(drill, { serviceAccountToken: true });
  rightsOver(scratch, drill);
  backupAlerts(postgres, { drillAgeHours: options.maxAgeHours });
}

function environment(
  postgres: Service,
  scratch: Service,
  { databases, dataHours, image }: DrillOptions,
): k8s.EnvVar[] {
  return [
    { name: 'HOME', value: '/tmp' },
    { name: 'ORIGINAL', value: postgres.name },
    { name: 'SCRATCH', value: scratch.name },
    { name: 'SCRATCH_IMAGE', value: image },
    { name: 'DATABASES', value: databases.join(' ') },
    { name: 'MAX_AGE_HOURS', value: String(dataHours) },
    { name: 'RESTORE_HOURS', value: String(HOURS - 1) },
    { name: 'PAUSE_SECONDS', value: '30' },
  ];
}

/** The scratch cluster and its only pod, by name: nothing else in the namespace. */
function rightsOver(scratch: Service, drill: Service): void {
  const pod = { resourceNames: [`${scratch.name}-1`], apiGroups: [''] };
  new k8s.Role(drill, 'Role', {
    metadata: { name: drill.name },
    rules: [
      {
        apiGroups: ['postgresql.cnpg.io'],
        resources: ['clusters'],
        resourceNames: [scratch.name],
        verbs: ['create', 'delete', 'get', 'list', 'patch', 'watch'],
      },
      { ...pod, resources: ['pods'], verbs: ['get'] },
      { ...pod, resources: ['pods/exec'], verbs: ['create', 'get'] }, // `get` opens a WebSocket
    ],
  });
  new k8s.RoleBinding(drill, 'Binding', {
    metadata: { name: drill.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: drill.name },
    subjects: [{ kind: 'ServiceAccount', name: drill.name }],
  });
}

const MEMORY: Quantity = '1Gi';
const SOURCE = 'saved';

/**
 * It follows the archive like a replica does, until the drill promotes it: only before that PostgreSQL knows how
 * old its data are. It archives nothing, and nobody comes in but by its own socket.
 */
function scratchCluster(postgres: Service, scratch: Service, options: DrillOptions): object {
  const { maxConnections, storage, store, walStorage } = options;
  const amount = { cpu: '500m', memory: MEMORY };
  const spec: ClusterSpec = {
    instances: 1,
    imageName: IMAGE,
    enableSuperuserAccess: false,
    enablePDB: false, // a drained node need not wait for it
    bootstrap: { recovery: { source: SOURCE } },
    replica: { enabled: true, source: SOURCE },
    externalClusters: [{ name: SOURCE, plugin: archiveOf(postgres) }],
    storage: { size: storage },
    ...(walStorage !== undefined && { walStorage: { size: walStorage } }),
    resources: { requests: amount, limits: amount },
    postgresql: {
      // As many connections as the original: a replica with less room does not start.
      parameters: parameters({ maxConnections, memory: MEMORY, parameters: options.parameters }),
      pg_hba: ['host all all all reject'],
    },
    smartShutdownTimeout: 5,
    stopDelay: 60,
    ...accountWith(store),
  };
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: Cluster.kind,
    metadata: {
      name: scratch.name,
      labels: { [MARK]: postgres.name },
      annotations: { [RETIRE]: 'true' }, // it may be deleted
    },
    spec,
  };
}

function archiveOf(postgres: Service) {
  const parameters = { barmanObjectName: storeOf(postgres), serverName: postgres.name };
  return { name: PLUGIN, parameters };
}
