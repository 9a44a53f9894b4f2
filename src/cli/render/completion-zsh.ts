import type { CommandWords, FlagWords, Values } from './completion.ts';

/** `source <(keelson completion zsh)`, or a file `_keelson` on the fpath. */
export function zshCompletion(program: CommandWords): string {
  const commands = program.commands.map(
    ({ about, name }) => `        ${quoted(`${name}:${about.replaceAll(':', '\\:')}`)}`,
  );
  const cases = program.commands.map(({ flags, name, takes }) => {
    const specs = [...flags.map(flagSpec), ...argumentSpec(takes)];
    return `        ${name}) _arguments ${specs.join(' \\\n          ')} ;;`;
  });
  return `#compdef keelson
# zsh completion for keelson: source <(keelson completion zsh)
_keelson() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C ${[...program.flags.map(flagSpec), "'1:command:->command'", "'*::argument:->argument'"].join(' \\\n    ')}
  case $state in
    command)
      local -a commands=(
${commands.join('\n')}
      )
      _describe command commands
      ;;
    argument)
      case $words[1] in
${cases.join('\n')}
      esac
      ;;
  esac
}
if [[ \${funcstack[1]} == _keelson ]]; then _keelson "$@"; else compdef _keelson keelson; fi
`;
}

function flagSpec({ about, names, takes }: FlagWords): string {
  const alone = names.length > 1 ? `${quoted(`(${names.join(' ')})`)}{${names.join(',')}}` : '';
  const text = `[${about.replace(/[[\]\\]/g, '\\$&')}]${valueSpec(takes)}`;
  return alone ? `${alone}${quoted(text)}` : quoted(`${names.join('')}${text}`);
}

function valueSpec(takes: Values): string {
  if (takes === 'nothing') return '';
  if (takes === 'files') return ':file:_files';
  return takes === 'a word' ? ':value:' : `:value:(${takes.join(' ')})`;
}

function argumentSpec(takes: Values): string[] {
  return takes === 'nothing' ? [] : [quoted(`*${valueSpec(takes)}`)];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
