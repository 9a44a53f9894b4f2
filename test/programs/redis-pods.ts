import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as k8s from '#imports/k8s.ts';
import type { Model } from '../../src/core/model.ts';
import { inOrderOfMaking } from '../../src/core/secret-source.ts';
import { derivedValue, generateValue } from '../../src/operations/secrets/make-value.ts';
import { objectOf, specOf } from '../synth.ts';
import { type Program, start } from './loopback.ts';

/** The values of every Secret of a model, as a backend would make them. */
export type Secrets = ReadonlyMap<string, ReadonlyMap<string, string>>;

export function secretsOf(model: Model): Secrets {
  return new Map(model.secrets.map(({ keys, name }) => [name, valuesOf(keys)]));
}

type Keys = Model['secrets'][number]['keys'];

/** All values, some of them given. */
export function valuesOf(keys: Keys, given: Readonly<Record<string, string>> = {}) {
  const values = new Map<string, string>();
  for (const key of inOrderOfMaking(keys)) {
    const source = keys[key];
    const made = source?.from === 'generated' ? generateValue(source.length, 'hex') : undefined;
    values.set(key, given[key] ?? made ?? derivedValue(key, keys, values) ?? '');
  }
  return values;
}

export interface PodOptions {
  readonly model: Model;
  readonly secrets: Secrets;
  /** Stands for the pod: its volumes. */
  readonly folder: string;
  /** Stands for the pod's address; `localhost` in its scripts is this one. */
  readonly address: string;
  /** Names of the cluster's DNS, and the addresses that stand for them. */
  readonly names?: Readonly<Record<string, string>>;
  /** Variables that differ here: a bucket that is a folder. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One server or Sentinel of a StatefulSet. */
export function podOf(set: string, at: number, options: PodOptions): LoopbackPod {
  const { template } = specOf<k8s.StatefulSetSpec>(options.model, 'StatefulSet', set);
  return new LoopbackPod(`${set}-${at}`, template.spec as k8s.PodSpec, options);
}

/** One run of a CronJob. */
export function jobOf(name: string, options: PodOptions): LoopbackPod {
  const { jobTemplate } = specOf<k8s.CronJobSpec>(options.model, 'CronJob', name);
  return new LoopbackPod(name, jobTemplate.spec?.template.spec as k8s.PodSpec, options);
}

/** A pod on an address of the loopback, from exactly what was generated. */
export class LoopbackPod {
  readonly name: string;
  readonly address: string;
  readonly #options: PodOptions;
  readonly #spec: k8s.PodSpec;
  readonly #programs = new Map<string, Program>();

  constructor(name: string, spec: k8s.PodSpec, options: PodOptions) {
    this.name = name;
    this.address = options.address;
    this.#options = options;
    this.#spec = spec;
    this.mount();
    this.#wrap(
      'redis-cli',
      `case " $* " in *" -h "* | *" -s "*) set -- "$@" ;; *) set -- -h ${this.address} "$@" ;; esac`,
    );
    this.#wrap('redis-server', `set -- "$@" --bind ${this.address}`);
    this.mountUsers(options.model, options.secrets);
  }

  /** Makes what volumes are not there. */
  mount(): void {
    for (const folder of ['data', 'tmp', 'run/redis', 'run/users', 'etc', 'bin', 'backup']) {
      mkdirSync(this.path(folder), { recursive: true });
    }
  }

  /** Where a folder of the container is. */
  path(path: string): string {
    return join(this.#options.folder, path);
  }

  /** Starts one container, or has another program start it; a volume of its own outlives it. */
  start(container: string, by: readonly string[] = []): Program {
    const command = this.#command(this.#container(container).command);
    const [program, ...args] = [...by, ...command] as [string, ...string[]];
    const started = start([program, ...args], this.#env(container));
    this.#programs.set(container, started);
    return started;
  }

  /** What a program of the pod wrote. */
  log(container: string): string {
    return this.#programs.get(container)?.output() ?? '';
  }

  /** Ends a container like the kubelet, with its hook, or like a broken machine. */
  async stop(container: string, how: 'asked' | 'killed'): Promise<void> {
    const hook = this.#container(container).lifecycle?.preStop?.exec?.command;
    if (how === 'asked' && hook) this.run(hook, container);
    await this.#programs.get(container)?.stop(how === 'asked' ? 'SIGTERM' : 'SIGKILL');
  }

  /** A command in a container. */
  run(
    command: readonly string[] | undefined,
    container: string,
  ): { status: number | null; out: string } {
    const [program, ...args] = this.#command(command);
    const { status, stderr, stdout } = spawnSync(program, args, {
      env: { ...process.env, ...this.#env(container) },
      encoding: 'utf8',
    });
    return { status, out: `${stdout}${stderr}` };
  }

  command(container: string): readonly string[] | undefined {
    return this.#container(container).command;
  }

  probe(kind: 'startupProbe' | 'readinessProbe' | 'livenessProbe', container = 'redis'): boolean {
    return this.run(this.#container(container)[kind]?.exec?.command, container).status === 0;
  }

  /** What the kubelet projects into the pod, again whenever an object changes. */
  mountUsers(model: Model, secrets: Secrets): void {
    const users = this.#spec.volumes?.find(({ name }) => name === 'users');
    for (const { configMap, secret } of users?.projected?.sources ?? []) {
      if (configMap?.name) {
        const data = objectOf(model, 'ConfigMap', configMap.name)['data'] as Record<string, string>;
        for (const [key, text] of Object.entries(data)) this.#write(`run/users/${key}`, text);
      }
      for (const { key, path } of secret?.items ?? []) {
        const value = secrets.get(secret?.name ?? '')?.get(key);
        if (value !== undefined) this.#write(`run/users/${path}`, value);
      }
    }
    for (const { configMap } of this.#spec.volumes ?? []) {
      if (!configMap?.name) continue;
      const data = objectOf(model, 'ConfigMap', configMap.name)['data'] as Record<string, string>;
      for (const [key, text] of Object.entries(data))
        this.#write(`etc/redis/${key}`, this.#here(text));
    }
  }

  #container(name: string): k8s.Container {
    const all = [...(this.#spec.initContainers ?? []), ...this.#spec.containers];
    const found = all.find((each) => each.name === name);
    if (found) return found;
    throw new Error(`no container '${name}' in ${all.map((each) => each.name).join(', ')}`);
  }

  /** Its variables, with what the kubelet fills in; names become addresses. */
  #env(container: string): Record<string, string> {
    const env: Record<string, string> = { POD_NAME: this.name, POD_NAMESPACE: 'test-prod' };
    for (const { name, value, valueFrom } of this.#container(container).env ?? []) {
      const { key = '', name: secret = '' } = valueFrom?.secretKeyRef ?? {};
      const given = value ?? this.#options.secrets.get(secret)?.get(key);
      if (given !== undefined) env[name] = this.#addresses(given, env);
    }
    const path = `${this.path('bin')}:${process.env['PATH']}`;
    return { ...env, ...this.#options.env, PATH: path };
  }

  #addresses(value: string, env: Readonly<Record<string, string>>): string {
    const filled = value.replaceAll(/\$\((\w+)\)/g, (_, key: string) => env[key] ?? '');
    const { names = {} } = this.#options;
    return filled.replaceAll(
      /[\w-]+(\.[\w-]+)*/g,
      (word) => names[word.split('.')[0] ?? ''] ?? word,
    );
  }

  #command(command: readonly string[] | undefined): [string, ...string[]] {
    const [program = 'false', ...args] = command ?? [];
    return [program, ...args.map((text) => this.#here(text))];
  }

  /** The only change to what was generated: folders of the container are folders of the test. */
  #here(text: string): string {
    return text.replaceAll(
      /(^|[\s"])\/(backup|data|run|etc|tmp)\b/gm,
      `$1${this.#options.folder}/$2`,
    );
  }

  #write(path: string, text: string): void {
    mkdirSync(join(this.path(path), '..'), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  #wrap(program: string, before: string): void {
    const real = execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    const file = this.path(`bin/${program}`);
    writeFileSync(file, `#!/bin/sh\n${before}\nexec ${real} "$@"\n`);
    chmodSync(file, 0o755);
  }
}

/** One command as a user; the answer as redis-cli prints it. */
export function redis(
  address: string,
  login: { readonly user?: string; readonly password?: string; readonly port?: number },
  ...command: readonly string[]
): string {
  const { password, port = 6379, user } = login;
  const args = ['-h', address, '-p', String(port), ...(user ? ['--user', user] : []), ...command];
  const env = { ...process.env, ...(password ? { REDISCLI_AUTH: password } : {}) };
  const { stderr, stdout } = spawnSync('timeout', ['10', 'redis-cli', ...args], {
    env,
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.trim();
}
