import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keelson } from './keelson.ts';
import { project } from './project.ts';

async function script(shell: string): Promise<string> {
  const { code, err, out } = await keelson(`completion ${shell}`);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

/** What a real bash offers at the end of a line. */
async function offered(line: string): Promise<string[]> {
  const folder = project();
  writeFileSync(join(folder, 'completion'), await script('bash'));
  // as readline splits it: '=' stands alone
  const words = line
    .replaceAll('=', ' = ')
    .split(/ +/)
    .map((word) => `'${word}'`);
  const ask = `
    source completion
    compopt() { echo "compopt $*"; }
    COMP_WORDS=(${words.join(' ')}) COMP_CWORD=${words.length - 1}
    _keelson
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const answer = execFileSync('bash', ['-euc', ask], { cwd: folder, encoding: 'utf8' });
  return answer.split('\n').filter(Boolean);
}

describe('bash', () => {
  test('loads it, and registers it for keelson', async () => {
    const folder = project();
    writeFileSync(join(folder, 'completion'), await script('bash'));
    const ask = 'source completion; complete -p keelson';
    const answer = execFileSync('bash', ['-euc', ask], { cwd: folder, encoding: 'utf8' });
    expect(answer).toBe('complete -F _keelson keelson\n');
  });

  test.each([
    ['keelson ', ['init', 'synth', 'list', 'graph', 'import', 'completion', 'help']],
    ['keelson gr', ['graph']],
    ['keelson --ver', ['--version']],
    ['keelson list --o', ['--operators', '--output']],
    ['keelson list --output ', ['text', 'json']],
    ['keelson list --output=j', ['json']],
    ['keelson list --output=', ['text', 'json']],
    ['keelson graph --output m', ['mermaid']],
    ['keelson graph --env prod --output d', ['dot']],
    ['keelson completion ', ['bash', 'zsh', 'fish']],
    ['keelson list --env ', []],
    ['keelson synth --program ', ['compopt -o default']],
    ['keelson import ', ['compopt -o default']],
    ['keelson import --o', ['--out']],
    ['keelson list --p', ['--program', '--platform']],
    ['keelson nonsense ', []],
  ])('offers after %j', async (line, words) => {
    const found = await offered(line);
    if (line === 'keelson ') expect(found).toEqual(expect.arrayContaining(words));
    else expect(found).toEqual(words);
  });
});

test('zsh is told every command, flag and choice', async () => {
  const zsh = await script('zsh');
  expect(zsh).toMatch(/^#compdef keelson\n/);
  expect(zsh).toContain(`'list:show what runs where\\: environments, layers, services'`);
  expect(zsh).toContain(`'--output[how to print it (default: text)]:value:(text json)'`);
  expect(zsh).toContain(`'(--out -o)'{--out,-o}'[where to write`);
  expect(zsh).toContain(`'*:file:_files'`);
});

test('fish is told every command, flag and choice', async () => {
  const fish = await script('fish');
  expect(fish).toContain(
    `complete -c keelson -n __fish_use_subcommand -a init -d 'start a project that works at once'\n`,
  );
  expect(fish).toContain(
    `complete -c keelson -n '__fish_seen_subcommand_from list' -l output -x -a 'text json' -d`,
  );
  expect(fish).toContain(`-l out -s o -r -F -d`);
});

test.each(['zsh', 'fish'])('%s gets balanced quotes on every line', async (shell) => {
  for (const line of (await script(shell)).split('\n').filter((each) => !each.startsWith('#'))) {
    const bare = line.replaceAll(`'\\''`, '').replaceAll("\\'", '');
    expect(`${line}: ${(bare.match(/'/g) ?? []).length % 2}`).toBe(`${line}: 0`);
  }
});
