import { describe, expect, test } from 'vitest';
import { type Io, withProgress } from '../../src/cli/io.ts';
import { keelson } from './keelson.ts';
import { project, shop } from './project.ts';

describe('a command line that cannot be', () => {
  test.each([
    [
      'synht',
      `error: keelson: unknown command 'synht'
 hint: did you mean 'synth'? \`keelson --help\` shows what there is
 code: usage/unknown-command
`,
    ],
    [
      'help synht',
      `error: keelson: there is no such command
 hint: \`keelson --help\` shows what there is
 code: usage/unknown-command
`,
    ],
    [
      'synth --onyl prod',
      `error: keelson synth: unknown option '--onyl'
 hint: did you mean '--only'? \`keelson synth --help\` shows what there is
 code: usage/unknown-option
`,
    ],
    [
      'list --env',
      `error: keelson list: option '--env <environment>' argument missing
 hint: \`keelson list --help\` shows what there is
 code: usage/missing-value
`,
    ],
    [
      'list prod',
      `error: keelson list: too many arguments for 'list'; expected 0 arguments but got 1
 hint: \`keelson list --help\` shows what there is
 code: usage/too-many-arguments
`,
    ],
    [
      'import',
      `error: keelson import: missing required argument 'file-or-folder'
 hint: \`keelson import --help\` shows what there is
 code: usage/missing-argument
`,
    ],
    [
      'list --output yaml',
      `error: --output: 'yaml' is not one of the choices
 hint: known choices: json, text
 code: usage/unknown-choice
`,
    ],
    [
      'graph --output mermad',
      `error: --output: 'mermad' is not one of the choices
 hint: did you mean 'mermaid'? known choices: dot, mermaid, svg, text
 code: usage/unknown-choice
`,
    ],
    [
      'completion csh',
      `error: keelson completion: there is no completion for 'csh'
 hint: did you mean 'zsh'? known shells: bash, fish, zsh
 code: usage/unknown-choice
`,
    ],
  ])('fails: keelson %s', async (args, err) => {
    expect(await keelson(args)).toEqual({ code: 2, out: '', err });
  });

  test.each(['soon', '0', '-1', 'NaN', 'Infinity', '1s', '90000', ''])(
    "fails: a timeout of '%s'",
    async (timeout) => {
      expect(await keelson(['synth', '--timeout', timeout])).toEqual({
        code: 2,
        out: '',
        err: `error: --timeout: must be a number of seconds above 0, at most 86400, got '${timeout}'
 hint: such as --timeout 120
 code: usage/bad-timeout
`,
      });
    },
  );
});

describe('colours', () => {
  const ESCAPE = '\u001B[';

  test('mark an error on a terminal', async () => {
    const { err } = await keelson('synht', { terminal: true });
    expect(err).toContain(`${ESCAPE}31merror:${ESCAPE}0m keelson: unknown command`);
  });

  test.each([
    ['a file', false, {}],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }],
    ['a dumb terminal', true, { TERM: 'dumb' }],
  ])('are left out on %s', async (_, terminal, env) => {
    expect((await keelson('synht', { terminal, env })).err).not.toContain(ESCAPE);
  });

  test('an empty NO_COLOR says nothing', async () => {
    const { err } = await keelson('synht', { terminal: true, env: { NO_COLOR: '' } });
    expect(err).toContain(ESCAPE);
  });

  test('of a foreign text never reach the terminal', async () => {
    const folder = project({ 'charts/main.ts': shop({ service: `\u001B[2Jgone\nerror: no` }) });
    const { err } = await keelson('synth', { folder });
    expect(err).toContain(`service id '\\u001b[2Jgone\n       error: no' must be`);
  });
});

describe('the progress line', () => {
  function shownBy(longRun: number, terminal = true): { text: string; io: Io } {
    const shown = { text: '' };
    const write = (text: string): void => {
      shown.text += text;
    };
    const io = { out: write, err: write, cwd: '/nowhere', env: {}, terminal };
    return Object.assign(shown, { io: withProgress(io, longRun) });
  }

  test('is gone before anything else is said, and at the end', () => {
    const shown = shownBy(0);
    shown.io.progress?.('shop/main');
    shown.io.out('result\n');
    shown.io.progress?.('shop/other');
    shown.io.progress?.(undefined);
    expect(shown.text).toBe('shop/main\r\u001B[Kresult\nshop/other\r\u001B[K');
  });

  test('is not shown where it would only flash', () => {
    const shown = shownBy(60_000);
    shown.io.progress?.('shop/main');
    shown.io.progress?.(undefined);
    expect(shown.text).toBe('');
  });

  test('is not there without a terminal', () => {
    expect(shownBy(0, false).io.progress).toBeUndefined();
  });
});
