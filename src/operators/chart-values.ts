/** What a Helm chart is told. */
export type ChartValues = Readonly<Record<string, unknown>>;

/** Both, map by map; where both say something, the second one counts. */
export function mergedValues(first: ChartValues, second: ChartValues): ChartValues {
  const both = Object.entries(second).map(([key, value]) => {
    const before = first[key];
    return [key, isMap(before) && isMap(value) ? mergedValues(before, value) : value];
  });
  return { ...first, ...Object.fromEntries(both) };
}

function isMap(value: unknown): value is ChartValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** For charts that want `registry` and `repository` apart. */
export function splitImage(image: string): { registry: string; repository: string } {
  const slash = image.indexOf('/');
  return { registry: image.slice(0, slash), repository: image.slice(slash + 1) };
}
