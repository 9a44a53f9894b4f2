import type { Command, Option } from 'commander';

type Render = (words: CommandWords) => string;

/** A shell is one file and one line; a command that prints none of them loads none. */
export const SHELLS: Readonly<Record<string, () => Promise<Render>>> = {
  bash: async () => (await import('./completion-bash.ts')).bashCompletion,
  zsh: async () => (await import('./completion-zsh.ts')).zshCompletion,
  fish: async () => (await import('./completion-fish.ts')).fishCompletion,
};

/** What may stand on a command line, as a shell needs to know it. */
export interface CommandWords {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly FlagWords[];
  /** What its arguments are. */
  readonly takes: Values;
  readonly commands: readonly CommandWords[];
}

export interface FlagWords {
  /** `--out`, and `-o` where there is one. */
  readonly names: readonly string[];
  readonly about: string;
  readonly takes: Values;
}

/** Nothing, files, one of a few words, or a word that only the user knows. */
export type Values = 'nothing' | 'files' | 'a word' | readonly string[];

/** Read from the commands themselves, so that no list of them is kept twice. */
export function wordsOf(command: Command): CommandWords {
  const help = command.createHelp();
  const [argument] = command.registeredArguments;
  return {
    name: command.name(),
    about: command.description(),
    flags: help.visibleOptions(command).map(flagWords),
    takes: argument ? valuesOf(argument.name(), argument.argChoices) : 'nothing',
    commands: help.visibleCommands(command).map(wordsOf),
  };
}

function flagWords({ argChoices, description, flags, long, required, short }: Option): FlagWords {
  const value = /<(.+)>/.exec(flags)?.[1] ?? '';
  return {
    names: [long, short].flatMap((name) => name ?? []),
    about: description,
    takes: required ? valuesOf(value, argChoices) : 'nothing',
  };
}

function valuesOf(name: string, choices: readonly string[] | undefined): Values {
  return choices ?? (/file|folder/.test(name) ? 'files' : 'a word');
}
