import type { ClusterListing, EnvironmentListing, LayerListing } from '../../operations/list.ts';

/** A stable contract: one document, the listing as it is. */
export function listJson(clusters: readonly ClusterListing[]): string {
  return `${JSON.stringify({ clusters }, null, 2)}\n`;
}

/** For people: a block for each cluster and environment, a line for each service. */
export function listText(clusters: readonly ClusterListing[]): string {
  return clusters.map(clusterText).join('\n');
}

function clusterText({
  cluster,
  environments,
  kubernetes,
  platform,
  provider,
}: ClusterListing): string {
  const title = `${platform} on cluster ${cluster} (${provider}, Kubernetes ${kubernetes})`;
  return [`${title}\n`, ...environments.map(environmentText)].join('\n');
}

function environmentText(environment: EnvironmentListing): string {
  const { domain, namespace, objects, tier } = environment;
  const facts = [tier, domain, namespace && `namespace ${namespace}`, counted(objects)];
  const rows = environment.layers.flatMap(layerRows);
  return `  ${environment.environment}: ${facts.filter(Boolean).join(', ')}\n${table(rows, '    ')}`;
}

function layerRows({ layer, services }: LayerListing): string[][] {
  return services.map(({ availability, kind = '-', objects, service }, at) => [
    at === 0 ? layer : '',
    service,
    kind,
    [counted(objects), availability].filter(Boolean).join(', '),
  ]);
}

function counted(objects: number): string {
  return `${objects} ${objects === 1 ? 'object' : 'objects'}`;
}

/** Columns as wide as what they hold. */
function table(rows: readonly (readonly string[])[], indent: string): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${indent}${line(row)}\n`).join('');
}
