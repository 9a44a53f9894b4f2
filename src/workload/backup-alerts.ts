import { placeOf } from '../core/place.ts';
import type { Service } from '../core/service.ts';
import { type Alert, alertRules } from './alerts.ts';

export interface BackupAlertOptions {
  /** Undefined: the age of backups is told elsewhere. */
  readonly maxAgeHours?: number;
  /** Undefined: there is no drill. */
  readonly drillAgeHours?: number;
}

/**
 * What Kubernetes itself knows of the jobs, as kube-state-metrics tells it: no gateway for pushed numbers,
 * and a job that never ran is seen as well.
 */
export function backupAlerts(
  service: Service,
  { drillAgeHours, maxAgeHours }: BackupAlertOptions,
): void {
  alertRules(
    service,
    () => [
      ...(maxAgeHours === undefined ? [] : [backupAlert(service, maxAgeHours)]),
      ...(drillAgeHours === undefined ? [] : [drillAlert(service, drillAgeHours)]),
    ],
    'backup',
  );
}

function backupAlert(service: Service, hours: number): Alert {
  return {
    alert: 'BackupIsOld',
    expr: tooOld(service, 'backup', hours),
    for: '15m',
    severity: 'page',
    summary: `no backup was finished for ${hours} hours`,
  };
}

function drillAlert(service: Service, hours: number): Alert {
  return {
    alert: 'RestoreDrillFails',
    expr: tooOld(service, 'drill', hours),
    for: '15m',
    severity: 'page',
    summary: `no backup could be restored for ${hours} hours: there may be none that is whole`,
  };
}

/** A job that never succeeded counts from when it was made; one that does not exist is missing. */
function tooOld(service: Service, part: string, hours: number): string {
  const of = `{namespace="${placeOf(service).namespace}",cronjob="${service.name}-${part}"}`;
  const last = `(kube_cronjob_status_last_successful_time${of} or kube_cronjob_created${of})`;
  return `time() - ${last} > ${hours} * 3600 or absent(kube_cronjob_created${of})`;
}
