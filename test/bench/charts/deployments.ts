import { Construct } from 'constructs';
import { definePlatform, type Platform } from 'keelson';
import { Deployment } from 'keelson/imports/k8s';
import { clusters, environments } from './clusters.ts';
import { deployment, groupsOf } from './deployment.ts';

/** Very many Deployments, written by hand, in ten layers. */
export function deployments(count: number): Platform {
  return definePlatform({
    name: 'bench',
    clusters,
    environments,
    compose(env) {
      for (const [index, names] of groupsOf(count).entries()) {
        const group = new Construct(env.layer(`layer-${index % 10}`), `group-${index}`);
        for (const name of names) new Deployment(group, name, deployment(name));
      }
    },
  });
}
