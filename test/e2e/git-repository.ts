import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CannotRun } from '../tools.ts';

/** A repository as a team pushes it: `folder` is a working copy, and `push` publishes what is in it. */
export class GitRepository {
  readonly folder: string;
  readonly #bare: string;

  private constructor(folder: string, bare: string) {
    this.folder = folder;
    this.#bare = bare;
  }

  /** Makes `<root>/<name>.git`, empty, with a branch `main`. */
  static async create(root: string, name: string): Promise<GitRepository> {
    const bare = join(root, `${name}.git`);
    const folder = join(root, `${name}.work`);
    await mkdir(folder, { recursive: true });
    await git(root, 'init', '--quiet', '--bare', '--initial-branch=main', bare);
    await git(root, 'init', '--quiet', '--initial-branch=main', folder);
    return new GitRepository(folder, bare);
  }

  /** Makes the working copy hold another folder, below `root`, and nothing else. */
  async replaceBy(source: string, root: string): Promise<void> {
    for (const entry of await readdir(this.folder)) {
      if (entry !== '.git') await rm(join(this.folder, entry), { recursive: true, force: true });
    }
    await cp(source, join(this.folder, root), { recursive: true });
  }

  /** Commits whatever has changed, and gives the revision as Flux writes it. */
  async push(message: string): Promise<string> {
    await git(this.folder, 'add', '--all', '--force');
    await git(this.folder, 'commit', '--quiet', '--allow-empty', '--message', message);
    await git(this.folder, 'push', '--quiet', this.#bare, 'main');
    return `main@sha1:${(await git(this.folder, 'rev-parse', 'HEAD')).trim()}`;
  }
}

/** Runs git with an identity of its own and none of the user's configuration. */
async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  const who = { name: 'keelson-e2e', email: 'e2e@keelson.invalid' };
  const env = {
    PATH: process.env['PATH'],
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_AUTHOR_NAME: who.name,
    GIT_AUTHOR_EMAIL: who.email,
    GIT_COMMITTER_NAME: who.name,
    GIT_COMMITTER_EMAIL: who.email,
  };
  const { stdout } = await promisify(execFile)('git', args, { cwd, env }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new CannotRun('git is not installed; install it and put it on the PATH');
    },
  );
  return stdout;
}
