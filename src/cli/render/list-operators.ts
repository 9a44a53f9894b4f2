import type { OperatorsListing } from '../../operations/list-operators.ts';

/** A stable contract: one document, the listing as it is. */
export function operatorsJson(clusters: readonly OperatorsListing[]): string {
  return `${JSON.stringify({ clusters }, null, 2)}\n`;
}

/** For people: a block for each cluster, a line for each operator. */
export function operatorsText(clusters: readonly OperatorsListing[]): string {
  return clusters.map(clusterText).join('\n');
}

function clusterText({ cluster, operators, platform }: OperatorsListing): string {
  const lines = operators.map(({ neededBy, operator, version = 'present' }) => {
    const users = neededBy.length > 0 ? neededBy.join(', ') : 'a switch, or another operator';
    return `  ${operator} ${version}: ${users}\n`;
  });
  return `${platform} on cluster ${cluster}\n${lines.join('') || '  no operators\n'}`;
}
