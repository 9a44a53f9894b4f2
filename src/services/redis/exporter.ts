import type * as k8s from '#imports/k8s.ts';
import { placeOf } from '../../core/place.ts';
import type { Service } from '../../core/service.ts';
import { programImage } from '../../workload/program-image.ts';
import { resources } from '../../workload/resources.ts';
import { scrape } from '../../workload/scraping.ts';
import { containerSecurity } from '../../workload/security.ts';

const PORT = { name: 'http-metrics', number: 9121 };

/** Beside every server, in environments that have metrics: its numbers, read by a user that sees no data. */
export function exporter(redis: Service): k8s.Container[] {
  if (placeOf(redis).metrics === 'none') return [];
  scrape(redis, PORT, {});
  return [
    {
      name: 'exporter',
      image: programImage(redis, 'redis-exporter', '1.58.0'),
      restartPolicy: 'Always',
      env: [
        { name: 'REDIS_ADDR', value: 'redis://localhost:6379' },
        { name: 'REDIS_USER', value: '_probe' },
        { name: 'REDIS_PASSWORD', value: '-' },
        { name: 'REDIS_EXPORTER_CONFIG_COMMAND', value: '-' }, // its answer holds a password
        { name: 'REDIS_EXPORTER_SET_CLIENT_NAME', value: 'false' },
      ],
      ports: [{ name: PORT.name, containerPort: PORT.number }],
      resources: resources(redis, { cpu: '10m', memory: '64Mi' }),
      securityContext: containerSecurity(),
      volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
    },
  ];
}
