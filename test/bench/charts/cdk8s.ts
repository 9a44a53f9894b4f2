import { ApiObject, App, Chart, YamlOutputType } from 'cdk8s';
import { deployment, groupsOf } from './deployment.ts';
import { addServices } from './services.ts';

/** The same Deployments in plain cdk8s, one chart for each group and one file for each object. */
export function synthDeployments(count: number): void {
  const app = newApp();
  for (const [index, names] of groupsOf(count).entries()) {
    const chart = new Chart(app, `group-${index}`, { namespace: 'bench-prod', labels });
    for (const name of names) addDeployment(chart, name);
  }
  app.synth();
}

/** A hundred charts of five objects, as a service has, each depending on the one before. */
export function synthChain(): void {
  const app = newApp();
  let before: Chart | undefined;
  for (let i = 0; i < 100; i += 1) {
    const chart = new Chart(app, `app-${i}`, { namespace: 'bench-prod', labels });
    for (const part of ['a', 'b', 'c', 'd', 'e']) addDeployment(chart, `app-${i}-${part}`);
    if (before) chart.addDependency(before);
    before = chart;
  }
  app.synth();
}

/** Our 40 services, with cdk8s's own synth. */
export function synthServices(): void {
  const app = newApp();
  addServices(new Chart(app, 'bench', { namespace: 'bench-prod', labels }));
  app.synth();
}

const labels = { 'app.kubernetes.io/part-of': 'bench', 'app.kubernetes.io/managed-by': 'cdk8s' };

function newApp(): App {
  return new App({ yamlOutputType: YamlOutputType.FOLDER_PER_CHART_FILE_PER_RESOURCE });
}

function addDeployment(chart: Chart, name: string): void {
  new ApiObject(chart, name, { apiVersion: 'apps/v1', kind: 'Deployment', ...deployment(name) });
}
