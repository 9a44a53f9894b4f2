import { describe, expect, test } from 'vitest';
import { commandLine } from '../../src/cli/run.ts';
import { keelson } from './keelson.ts';

const program = commandLine(
  { out: () => {}, err: () => {}, cwd: '/nowhere', env: {}, terminal: false },
  () => {},
);

/** The command lines that a help text shows: what stands before the explanation. */
function examplesIn(help: string): string[] {
  const [, examples = ''] = help.split('\nExamples:\n');
  const lines = examples.split('\n').filter((line) => line.startsWith('  '));
  return lines.map((line) => line.trim().split(/ {2,}/)[0] ?? '');
}

describe.each(program.commands.map((command) => [command.name(), command] as const))(
  'keelson %s --help',
  (name, command) => {
    test('says what it is for, on stdout', async () => {
      const { code, err, out } = await keelson(`${name} --help`);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toContain(`Usage: keelson ${name}`);
      expect(out).toContain(command.description());
    });

    test('has examples, and each of their flags exists', async () => {
      const { out } = await keelson(`${name} --help`);
      const examples = examplesIn(out);
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const [, called, rest = ''] = /keelson ([a-z]+)([^|)]*)/.exec(example) ?? [];
        expect(called).toBe(name);
        const known = command.options.flatMap(({ long, short }) => [long, short]);
        for (const flag of rest.match(/(?<=\s)--?[a-z-]+/g) ?? []) expect(known).toContain(flag);
      }
    });

    test('describes every option and argument', () => {
      const all = [...command.options, ...command.registeredArguments];
      expect(all.filter(({ description }) => description === '')).toEqual([]);
    });
  },
);

test('keelson alone is keelson --help', async () => {
  const alone = await keelson('');
  expect(alone).toEqual(await keelson('--help'));
  expect(alone).toMatchObject({ code: 0, err: '' });
  expect(alone.out).toMatch(/^Usage: keelson \[options\] \[command\]\n/);
  expect(examplesIn(alone.out)).toEqual([
    'keelson init my-platform',
    'keelson synth',
    'keelson help synth',
  ]);
});

test('keelson help <command> is keelson <command> --help', async () => {
  expect(await keelson('help synth')).toEqual(await keelson('synth --help'));
});

test('the version is that of the package', async () => {
  for (const flag of ['--version', '-v']) {
    expect(await keelson(flag)).toEqual({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    });
  }
});

test('help of the commands', async () => {
  const texts = ['init', 'list', 'graph', 'import', 'completion'].map(
    async (name) => (await keelson(`${name} --help`)).out,
  );
  expect((await Promise.all(texts)).join('\n')).toMatchInlineSnapshot(`
    "Usage: keelson init [options] [folder]

    start a project that works at once

    Arguments:
      folder      where to start it (default: here)

    Options:
      -h, --help  show help

    Examples:
      keelson init               start in this folder; no file of yours is changed
      keelson init my-platform   start in a new one

    Usage: keelson list [options]

    show what runs where: environments, layers, services

    Options:
      -p, --program <file>  the program (default: charts/main.ts)
      --platform <name>     only this platform
      --cluster <name>      only this cluster
      --timeout <seconds>   how long the program may run (default: 60)
      --env <environment>   only this environment
      --operators           who needs which operator, instead
      --output <format>     how to print it (default: text) (choices: "text", "json")
      -h, --help            show help

    Examples:
      keelson list                 every platform, cluster, environment, layer and service
      keelson list --env staging   one environment
      keelson list --operators     what each cluster has for them, and in which version
      keelson list --output json   the same for a script

    Usage: keelson graph [options]

    show which service uses which

    Options:
      -p, --program <file>  the program (default: charts/main.ts)
      --platform <name>     only this platform
      --cluster <name>      only this cluster
      --timeout <seconds>   how long the program may run (default: 60)
      --env <environment>   only this environment, and what it uses elsewhere
      --to <service>        only what depends on this service or host
      --output <format>     how to print it (default: text) (choices: "text", "mermaid", "dot", "svg")
      -h, --help            show help

    Examples:
      keelson graph --env prod                          who uses what in one environment
      keelson graph --to cache                          who feels it when the cache is down
      keelson graph --env prod --output svg > prod.svg  a picture for a wiki or a wall
      keelson graph --output mermaid                    for a Markdown page
      keelson graph --output dot                        for Graphviz

    Usage: keelson import [options] <file-or-folder...>

    make types and schemas for custom resources of your own

    Arguments:
      file-or-folder      where the CustomResourceDefinitions are

    Options:
      -o, --out <folder>  where to write (default: imports, where synth looks)
      -h, --help          show help

    Examples:
      keelson import crds/                       every CRD of a folder
      keelson import widgets.yaml gadgets.yaml   those of some files
      keelson import crds/ --out /tmp/new        write somewhere else, to compare

    Usage: keelson completion [options] <shell>

    print what lets a shell complete commands and options

    Arguments:
      shell       the shell to print it for (choices: "bash", "zsh", "fish")

    Options:
      -h, --help  show help

    Examples:
      source <(keelson completion bash)    in ~/.bashrc
      source <(keelson completion zsh)     in ~/.zshrc, after compinit
      keelson completion fish | source     in ~/.config/fish/config.fish
    "
  `);
});

test.each(['secrets', 'images'])('%s alone shows what there is', async (group) => {
  const [alone, asked] = [await keelson(group), await keelson(`${group} --help`)];
  expect(alone).toEqual(asked);
  expect(alone).toMatchObject({ code: 0, err: '' });
});
