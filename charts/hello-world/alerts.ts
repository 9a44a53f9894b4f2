import type { Layer } from 'keelson';
import {
  PrometheusRule,
  type PrometheusRuleSpecGroups,
} from 'keelson/imports/monitoring.coreos.com';

/** Of a hundred days the service may fail its users for an hour and a half: 99.9 %. */
const ERROR_BUDGET = 0.001;

/** What users feel: failing and slow requests, and a store that is about to be full. */
export function alerts(layer: Layer, { job, store }: { job: string; store: string }): void {
  new PrometheusRule(layer, 'hello-alerts', {
    metadata: { name: 'hello' },
    spec: { groups: [recorded(job), burning(job), filling(store)] },
  });
}

function recorded(job: string): PrometheusRuleSpecGroups {
  const of = `job="${job}"`;
  const ratio = (window: string): string =>
    `sum(rate(http_requests_total{${of},code=~"5.."}[${window}])) / sum(rate(http_requests_total{${of}}[${window}]))`;
  return {
    name: 'hello-recorded',
    rules: ['5m', '30m', '1h', '6h'].map((window) => ({
      record: `hello:error_ratio:rate${window}`,
      expr: ratio(window),
    })),
  };
}

/** Two windows each: the long one so that a blip wakes nobody, the short one so that the alert ends. */
function burning(job: string): PrometheusRuleSpecGroups {
  const burns = (times: number, long: string, short: string): string =>
    [long, short]
      .map((each) => `hello:error_ratio:rate${each} > ${times} * ${ERROR_BUDGET}`)
      .join(' and ');
  const slow = `histogram_quantile(0.99, sum by (le) (rate(http_request_duration_seconds_bucket{job="${job}"}[5m]))) > 0.5`;
  return {
    name: 'hello-users',
    rules: [
      alert('HelloIsDown', `absent(up{job="${job}"} == 1)`, '2m', 'page', 'no pod answers at all'),
      alert(
        'HelloFailsFast',
        burns(14.4, '1h', '5m'),
        '2m',
        'page',
        'a month of errors in two days',
      ),
      alert(
        'HelloFailsSlowly',
        burns(6, '6h', '30m'),
        '15m',
        'ticket',
        'a month of errors in five days',
      ),
      alert(
        'HelloIsSlow',
        slow,
        '10m',
        'page',
        'one request in a hundred takes more than half a second',
      ),
    ],
  };
}

/** MemoryDB's own figures, as the CloudWatch exporter names them. */
function filling(store: string): PrometheusRuleSpecGroups {
  const used = `aws_memorydb_database_memory_usage_percentage_maximum{cluster_name="${store}"}`;
  return {
    name: 'hello-store',
    rules: [
      alert('HelloStoreFillsUp', `${used} > 80`, '15m', 'ticket', 'add a shard before it is full'),
      alert(
        'HelloStoreIsFull',
        `${used} > 95`,
        '5m',
        'page',
        'new birthdays are about to be refused',
      ),
    ],
  };
}

function alert(name: string, expr: string, wait: string, severity: string, summary: string) {
  return { alert: name, expr, for: wait, labels: { severity }, annotations: { summary } };
}
