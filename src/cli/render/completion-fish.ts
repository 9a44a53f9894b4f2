import type { CommandWords, FlagWords, Values } from './completion.ts';

/** `keelson completion fish | source` */
export function fishCompletion(program: CommandWords): string {
  const lines = [
    complete('-f'),
    ...program.flags.map((flag) => complete('-n __fish_use_subcommand', flagSpec(flag))),
    ...program.commands.flatMap(({ about, flags, name, takes }) => [
      complete('-n __fish_use_subcommand', `-a ${name}`, `-d ${quoted(about)}`),
      ...(takes === 'nothing' ? [] : [complete(seen(name), valueSpec(takes, false))]),
      ...flags.map((flag) => complete(seen(name), flagSpec(flag))),
    ]),
  ];
  return `# fish completion for keelson: keelson completion fish | source\n${lines.join('')}`;
}

function complete(...parts: readonly string[]): string {
  return `complete -c keelson ${parts.filter(Boolean).join(' ')}\n`;
}

function seen(command: string): string {
  return `-n '__fish_seen_subcommand_from ${command}'`;
}

function flagSpec({ about, names, takes }: FlagWords): string {
  const spelled = names.map((name) =>
    name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  return [...spelled, valueSpec(takes, true), `-d ${quoted(about)}`].filter(Boolean).join(' ');
}

function valueSpec(takes: Values, needed: boolean): string {
  if (takes === 'nothing') return '';
  if (takes === 'files') return needed ? '-r -F' : '-F';
  if (takes === 'a word') return needed ? '-x' : '';
  return `${needed ? '-x ' : ''}-a ${quoted(takes.join(' '))}`;
}

function quoted(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
