import type { CommandWords, Values } from './completion.ts';

/** `source <(keelson completion bash)` */
export function bashCompletion(program: CommandWords): string {
  const values = program.commands.flatMap(({ flags, name }) =>
    flags
      .filter(({ takes }) => takes !== 'nothing')
      .map(({ names, takes }) => {
        const after = names.map((flag) => `'${name} ${flag}'`).join(' | ');
        return `    ${after}) ${reply(takes)}; return ;;`;
      }),
  );
  const words = [program, ...program.commands].map((command) => {
    const label = command === program ? "''" : `'${command.name}'`;
    return `    ${label}) ${offer(command)} ;;`;
  });
  return `# bash completion for keelson: source <(keelson completion bash)
_keelson() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" command='' at
  COMPREPLY=()
  if [[ $word == '=' ]]; then
    word=''
  elif [[ $before == '=' ]]; then
    before="\${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  for ((at = 1; at < COMP_CWORD; at++)); do
    if [[ \${COMP_WORDS[at]} != -* ]]; then
      command="\${COMP_WORDS[at]}"
      break
    fi
  done
  case "$command $before" in
${values.join('\n')}
  esac
  case "$command" in
${words.join('\n')}
  esac
}
complete -F _keelson keelson
`;
}

/** Flags after a dash, and where nothing else can stand. */
function offer({ commands, flags, takes }: CommandWords): string {
  const long = reply(flags.map(({ names }) => names[0] ?? ''));
  const others = commands.length > 0 ? commands.map(({ name }) => name) : takes;
  return others === 'nothing'
    ? long
    : `if [[ $word == -* ]]; then ${long}; else ${reply(others)}; fi`;
}

function reply(takes: Values): string {
  if (takes === 'files') return 'compopt -o default';
  if (typeof takes === 'string') return ':';
  return `COMPREPLY=($(compgen -W '${takes.join(' ')}' -- "$word"))`;
}
