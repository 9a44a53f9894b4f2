import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { Failure } from './failure.ts';
import { type KubeObject, nameOf } from './objects.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** What the API server says in `Warning` headers: deprecations, Pod Security, duplicate fields. */
  readonly warnings: readonly string[];
}

export interface ApplyOptions {
  readonly dryRun?: boolean;
  readonly manager?: string;
}

interface Resource {
  readonly path: string;
  readonly namespaced: boolean;
}

const APPLY = 'application/apply-patch+yaml';
export const MERGE = 'application/merge-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';

/** The API server said no; the message is its own. */
class Refused extends Failure {
  readonly status: number;

  constructor(what: string, { status, body }: Answer) {
    super(`${what}: ${messageOf(body)}`);
    this.status = status;
  }
}

/** A client for the API server on loopback: a connection kept open, strict validation, no retries. */
export class Api {
  readonly #port: number;
  readonly #token: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 24, rejectUnauthorized: false });
  readonly #resources = new Map<string, Resource>();

  constructor(port: number, token: string) {
    this.#port = port;
    this.#token = token;
  }

  /** Server-side apply with strict field validation. A YAML text is sent as it stands. */
  async apply(
    object: KubeObject,
    { dryRun = false, manager = 'keelson-e2e' }: ApplyOptions = {},
    text?: string,
  ): Promise<{ object: KubeObject; warnings: readonly string[] }> {
    const query = `fieldManager=${manager}&fieldValidation=Strict&force=true${dryRun ? '&dryRun=All' : ''}`;
    const path = `${await this.pathOf(object)}?${query}`;
    const answer = await this.send('PATCH', path, text ?? JSON.stringify(object), APPLY);
    if (answer.status >= 300) throw new Refused(nameOf(object), answer);
    return { object: JSON.parse(answer.body), warnings: answer.warnings };
  }

  async create(object: KubeObject): Promise<KubeObject> {
    const path = (await this.pathOf(object)).replace(/\/[^/]+$/, '');
    return this.#expect(nameOf(object), 'POST', path, JSON.stringify(object));
  }

  async get<T extends KubeObject>(object: KubeObject): Promise<T | undefined> {
    const answer = await this.send('GET', await this.pathOf(object));
    if (answer.status === 404) return undefined;
    if (answer.status >= 300) throw new Refused(nameOf(object), answer);
    return JSON.parse(answer.body);
  }

  async list<T extends KubeObject>(type: string, namespace?: string): Promise<T[]> {
    const answer = await this.send('GET', await this.listPath(type, namespace));
    if (answer.status >= 300) throw new Refused(`list of ${type}`, answer);
    const { items } = JSON.parse(answer.body) as { items: T[] };
    const [apiVersion, kind] = split(type);
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  async patch(
    object: KubeObject,
    patch: object,
    { type = MERGE, subresource = '' } = {},
  ): Promise<KubeObject> {
    const path = (await this.pathOf(object)) + (subresource && `/${subresource}`);
    return this.#expect(nameOf(object), 'PATCH', path, JSON.stringify(patch), type);
  }

  async delete(object: KubeObject, graceSeconds?: number): Promise<void> {
    const query = graceSeconds === undefined ? '' : `?gracePeriodSeconds=${graceSeconds}`;
    const answer = await this.send('DELETE', (await this.pathOf(object)) + query);
    if (answer.status >= 300 && answer.status !== 404) throw new Refused(nameOf(object), answer);
  }

  /** One request, whatever the answer. */
  async send(method: string, path: string, body?: string, type?: string): Promise<Answer> {
    const response = await this.open(method, path, body, type);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const warning = response.headers['warning'];
    const warnings = [warning ?? []]
      .flat()
      .flatMap((line) => /^299 \S+ "(.*)"$/.exec(line)?.[1] ?? line);
    const status = response.statusCode ?? 0;
    return { status, body: Buffer.concat(chunks).toString('utf8'), warnings };
  }

  /** One request whose answer is read as it comes: a watch. */
  open(
    method: string,
    path: string,
    body?: string,
    type = 'application/json',
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${this.#token}`,
        ...(body !== undefined && {
          'content-type': type,
          'content-length': Buffer.byteLength(body),
        }),
      };
      const options = {
        method,
        path,
        headers,
        agent: this.#agent,
        host: '127.0.0.1',
        port: this.#port,
      };
      request(options, resolve).on('error', reject).end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async pathOf(object: KubeObject): Promise<string> {
    const { name, namespace = 'default' } = object.metadata;
    const type = `${object.apiVersion}/${object.kind}`;
    return `${await this.listPath(type, namespace)}/${encodeURIComponent(name)}`;
  }

  async isNamespaced(object: KubeObject): Promise<boolean> {
    return (await this.#resource(`${object.apiVersion}/${object.kind}`)).namespaced;
  }

  async listPath(type: string, namespace?: string): Promise<string> {
    const { path, namespaced } = await this.#resource(type);
    if (!namespaced || namespace === undefined) return path;
    return path.replace(/\/([^/]+)$/, `/namespaces/${namespace}/$1`);
  }

  async #resource(type: string): Promise<Resource> {
    if (!this.#resources.has(type)) await this.#discover(split(type)[0]);
    const resource = this.#resources.get(type);
    if (!resource)
      throw new Failure(`the API server does not know ${type}; its CRD is not installed`);
    return resource;
  }

  async #discover(apiVersion: string): Promise<void> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const answer = await this.send('GET', base);
    if (answer.status >= 300) return;
    const { resources } = JSON.parse(answer.body) as {
      resources: { name: string; kind: string; namespaced: boolean }[];
    };
    for (const { name, kind, namespaced } of resources) {
      if (name.includes('/')) continue;
      this.#resources.set(`${apiVersion}/${kind}`, { path: `${base}/${name}`, namespaced });
    }
  }

  async #expect(
    what: string,
    ...[method, path, body, type]: Parameters<Api['send']>
  ): Promise<KubeObject> {
    const answer = await this.send(method, path, body, type);
    if (answer.status >= 300) throw new Refused(what, answer);
    return JSON.parse(answer.body);
  }
}

/** `apps/v1/Deployment` into `apps/v1` and `Deployment`. */
function split(type: string): [string, string] {
  const at = type.lastIndexOf('/');
  return [type.slice(0, at), type.slice(at + 1)];
}

function messageOf(body: string): string {
  try {
    return (JSON.parse(body) as { message?: string }).message ?? body;
  } catch {
    return body.slice(0, 300);
  }
}
