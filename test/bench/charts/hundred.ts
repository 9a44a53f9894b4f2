import { definePlatform, type Platform, WebApp } from 'keelson';
import { clusters, environments } from './clusters.ts';

/**
 * A hundred apps in a hundred layers. In a chain each uses the one before; in a star all use the
 * first, which makes as many connections and objects without the depth; alone, nobody uses anybody.
 */
export type Shape = 'chain' | 'star' | 'alone';

export function hundred(shape: Shape): Platform {
  return definePlatform({
    name: 'bench',
    clusters,
    environments,
    compose(env) {
      const apps: WebApp[] = [];
      for (let i = 0; i < 100; i += 1) {
        const before = shape === 'chain' ? apps.at(-1) : apps[0];
        const uses = before && shape !== 'alone' ? { BEFORE: before.http } : {};
        const scope = env.layer(`layer-${i}`);
        apps.push(new WebApp(scope, `app-${i}`, { image: 'app', port: 8000, uses }));
      }
    },
  });
}
