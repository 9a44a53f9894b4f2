import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './api.ts';
import { Failure } from './failure.ts';
import type { KubeObject } from './objects.ts';

export type Event = 'ADDED' | 'MODIFIED' | 'DELETED';

/**
 * Calls `seen` for every object of a kind that exists and for each change after that, in the order of the API server. Gives
 * the function that ends the watch; one that breaks before is a failure of the run.
 */
export async function watchObjects<T extends KubeObject>(
  api: Api,
  type: string,
  seen: (event: Event, object: T) => void,
): Promise<() => void> {
  const path = await api.listPath(type);
  const query =
    'watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
  const response = await opened(api, `${path}?${query}`);
  await initialObjects(response, seen);
  return () => {
    response.destroy();
  };
}

/** Of a kind that is served since a moment ago the API server may say: not yet. */
async function opened(api: Api, path: string): Promise<IncomingMessage> {
  for (let attempt = 1; ; attempt++) {
    const response = await api.open('GET', path);
    if (response.statusCode === 200) return response;
    response.resume();
    if (attempt === 100) throw new Failure(`a watch of ${path} is refused: ${response.statusCode}`);
    await sleep(200);
  }
}

/** Resolves at the bookmark that ends the initial list; what follows keeps flowing. */
function initialObjects<T extends KubeObject>(
  response: IncomingMessage,
  seen: (event: Event, object: T) => void,
): Promise<void> {
  return new Promise((done) => {
    response.on('error', () => undefined);
    createInterface({ input: response }).on('line', (line) => {
      const { type, object } = JSON.parse(line) as { type: Event | 'BOOKMARK'; object?: T };
      if (!object) return;
      if (type !== 'BOOKMARK') seen(type, object);
      else if (object.metadata.annotations?.['k8s.io/initial-events-end'] === 'true') done();
    });
  });
}
