import type { CommandWords } from './words.js';

/** Walks the words before the cursor as far as they name commands, and offers what may follow. */
export const bashCompletion = (commands: CommandWords): string => `_sluice() {
  local path="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${path:+$path }$word" in
${casesOf(
  [...commands.keys()].filter((path) => path !== ''),
  '      ',
  (path) => `path='${path}'`,
)}
    esac
  done
  local words=""
  case "$path" in
${casesOf([...commands.keys()], '    ', (path) => `words='${commands.get(path)!.join(' ')}'`)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sluice sluice`;

/** By zsh's own support of bash's completions. */
export const zshCompletion = (commands: CommandWords): string => `autoload -U +X compinit && compinit
autoload -U +X bashcompinit && bashcompinit
${bashCompletion(commands)}`;

export const fishCompletion = (commands: CommandWords): string =>
  [...commands]
    .map(([path, words]) => {
      const seen = path
        .split(' ')
        .filter(Boolean)
        .map((word) => `__fish_seen_subcommand_from ${word}`);
      const condition = seen.length === 0 ? '__fish_use_subcommand' : seen.join('; and ');
      return `complete -c sluice -f -n '${condition}' -a '${words.join(' ')}'`;
    })
    .join('\n');

const casesOf = (paths: readonly string[], indent: string, then: (path: string) => string): string =>
  paths.map((path) => `${indent}'${path}') ${then(path)} ;;`).join('\n');
