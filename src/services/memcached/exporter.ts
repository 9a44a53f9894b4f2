import type * as k8s from '#imports/k8s.ts';
import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { programImage } from '../../workload/program-image.ts';
import { resources } from '../../workload/resources.ts';
import { scrape } from '../../workload/scraping.ts';
import { containerSecurity } from '../../workload/security.ts';

const PORT = { name: 'http-metrics', number: 9150 };

/** Beside every shard, in environments that have metrics. */
export function exporter(memcached: Service): k8s.Container[] {
  if (placeOf(memcached).metrics === 'none') return [];
  scrape(memcached, PORT, {});
  return [
    {
      name: 'exporter',
      image: programImage(memcached, 'memcached-exporter', '0.14.2'),
      restartPolicy: 'Always',
      args: ['--memcached.address=localhost:11211'],
      ports: [{ name: PORT.name, containerPort: PORT.number }],
      resources: resources(memcached, { cpu: '10m', memory: '64Mi' }),
      securityContext: containerSecurity(),
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    },
  ];
}
