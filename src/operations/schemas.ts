import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KeelsonError } from '../core/errors.ts';
import {
  type JsonSchema,
  type KindSchema,
  KUBERNETES_VERSIONS,
  type Schemas,
  type Scope,
} from '../core/schema.ts';
import { type KindIndex, parseKindIndex } from './import/kind-index.ts';
import { coreKindFile, customKindFile } from './import/layout.ts';

export interface LoadSchemasOptions {
  /** Folders laid out like `imports/schemas`; the first that knows a kind wins, a missing one is empty. */
  readonly folders: readonly string[];

  /** The cluster's minor version, such as `1.34`. */
  readonly kubernetes: string;
}

/** The kinds of Kubernetes itself in one version, and all custom kinds. Files are read when first asked for. */
export function loadSchemas({ folders, kubernetes }: LoadSchemasOptions): Schemas {
  if (!KUBERNETES_VERSIONS.some((version) => version === kubernetes)) {
    throw new KeelsonError('schemas', 'schemas/unknown-kubernetes-version', {
      message: `there are no schemas for Kubernetes '${kubernetes}'`,
      hint: `known versions: ${KUBERNETES_VERSIONS.join(', ')}`,
    });
  }
  const sources = folders.map((folder) => new SchemaFolder(folder, kubernetes));
  const found = new Map<string, KindSchema | undefined>();

  const find = (apiVersion: string, kind: string): KindSchema | undefined => {
    const key = `${apiVersion}/${kind}`;
    if (!found.has(key)) {
      const source = sources.find((folder) => folder.has(apiVersion, kind));
      found.set(key, source?.find(apiVersion, kind));
    }
    return found.get(key);
  };
  const kinds = (): readonly KindSchema[] =>
    [...new Set(sources.flatMap((source) => source.keys()))].sort().flatMap((key) => {
      const end = key.lastIndexOf('/');
      return find(key.slice(0, end), key.slice(end + 1)) ?? [];
    });
  return { find, kinds };
}

/** One `imports/schemas` folder, seen from a cluster of one version. */
class SchemaFolder {
  private readonly folder: string;
  private readonly kubernetes: string;
  private kinds: KindIndex | undefined;
  private coreFiles: Set<string> | undefined;
  private readonly documents = new Map<string, JsonSchema>();

  constructor(folder: string, kubernetes: string) {
    this.folder = folder;
    this.kubernetes = join(folder, 'kubernetes', kubernetes);
  }

  keys(): readonly string[] {
    return [...this.index().core.keys(), ...this.index().custom.keys()];
  }

  has(apiVersion: string, kind: string): boolean {
    const key = `${apiVersion}/${kind}`;
    const { core, custom } = this.index();
    if (!core.has(key)) return custom.has(key);
    return this.coreFileNames().has(coreKindFile(apiVersion, kind));
  }

  find(apiVersion: string, kind: string): KindSchema {
    const key = `${apiVersion}/${kind}`;
    const { core, custom } = this.index();
    const scope = core.get(key) ?? custom.get(key) ?? 'Namespaced';
    return new LazyKind({ apiVersion, kind, scope }, () =>
      core.has(key)
        ? this.core(join(this.kubernetes, coreKindFile(apiVersion, kind)))
        : this.custom(join(this.folder, customKindFile(apiVersion, kind))),
    );
  }

  private custom(file: string): Resolved {
    const schema = this.document(file);
    return { schema, root: schema };
  }

  /** A core kind's file holds one reference, `definitions.json#/definitions/<name>`. */
  private core(file: string): Resolved {
    const [name = '', pointer = ''] = (this.document(file).$ref ?? '').split('#');
    const root = this.document(join(this.kubernetes, name));
    const schema = root.definitions?.[pointer.replace('/definitions/', '')];
    if (!schema) throw new Error(`${file} points nowhere; run \`make imports\``);
    return { schema, root };
  }

  private document(file: string): JsonSchema {
    const document =
      this.documents.get(file) ?? (JSON.parse(readFileSync(file, 'utf8')) as JsonSchema);
    this.documents.set(file, document);
    return document;
  }

  private index(): KindIndex {
    this.kinds ??= parseKindIndex(textOf(join(this.folder, 'kinds.json')) ?? '{}');
    return this.kinds;
  }

  private coreFileNames(): Set<string> {
    this.coreFiles ??= new Set(namesIn(this.kubernetes));
    return this.coreFiles;
  }
}

interface Resolved {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}

/** A kind whose schema is read only when somebody looks at it; its scope is known from the index. */
class LazyKind implements KindSchema {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: Scope;
  private readonly resolve: () => Resolved;
  private resolved: Resolved | undefined;

  constructor(
    identity: Pick<KindSchema, 'apiVersion' | 'kind' | 'scope'>,
    resolve: () => Resolved,
  ) {
    this.apiVersion = identity.apiVersion;
    this.kind = identity.kind;
    this.scope = identity.scope;
    this.resolve = resolve;
  }

  get schema(): JsonSchema {
    return this.content().schema;
  }

  get root(): JsonSchema {
    return this.content().root;
  }

  private content(): Resolved {
    this.resolved ??= this.resolve();
    return this.resolved;
  }
}

function textOf(file: string): string | undefined {
  return whereItExists(() => readFileSync(file, 'utf8'));
}

function namesIn(folder: string): readonly string[] {
  return whereItExists(() => readdirSync(folder)) ?? [];
}

function whereItExists<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
