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
    const all = [...command.commands, ...command.flags].flatMap((each) =>
      'names' in each ? each.names : each.name,
    );
    const offered = typeof command.takes === 'string' ? all : [...command.takes, ...all];
    const label = command === program ? "''" : `'${command.name}'`;
    return `    ${label}) ${reply(offered, command.takes === 'files')} ;;`;
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

function reply(takes: Values, orFiles = false): string {
  const files = 'compopt -o default';
  if (takes === 'files') return files;
  if (typeof takes === 'string') return ':';
  const words = `COMPREPLY=($(compgen -W '${takes.join(' ')}' -- "$word"))`;
  return orFiles ? `[[ $word == -* ]] && ${words} || ${files}` : words;
}
