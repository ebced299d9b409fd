import { type CommandWords, commandOfOption } from './words.js';

/** Walks the words before the cursor as far as they name commands, and offers what may follow. */
export const bashCompletion = (commands: CommandWords): string => `_sluice() {
  local known="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${known:+$known }$word" in
${namingCases(commands, (path) => `known='${path}'`)}
    esac
  done
  case "$known" in
${wordCases(commands)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _sluice sluice`;

/** The same walk; files are offered where no word fits. */
export const zshCompletion = (commands: CommandWords): string => `_sluice() {
  local known="" word offered=""
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${known:+$known }$word" in
${namingCases(commands, (path) => `known='${path}'`)}
    esac
  done
  case "$known" in
${wordCases(commands, 'offered')}
  esac
  compadd -- \${=offered} || _files
}
whence compdef >/dev/null || { autoload -U compinit && compinit; }
compdef _sluice sluice`;

/** The same walk; files are offered behind an option alone. */
export const fishCompletion = (commands: CommandWords): string => `function __sluice_words
  set -l known
  for word in (commandline -opc)[2..]
    switch "$known $word"
${[...commands.keys()]
  .filter((path) => path !== '')
  .flatMap((path) => {
    const command = commandOfOption(path);
    const named = `      case '${path.includes(' ') ? '' : ' '}${path}'\n        set known '${path}'`;
    return command === null ? [named] : [named, `      case '${path} *'\n        set known '${command}'`];
  })
  .join('\n')}
    end
  end
  switch "$known"
${[...commands].map(([path, words]) => `    case '${path}'\n      printf '%s\\n' ${words.join(' ')}`).join('\n')}
  end
end
complete -c sluice -n 'not string match -q -- "--*" (commandline -opc)[-1]' -f
complete -c sluice -a '(__sluice_words)'`;

const namingCases = (commands: CommandWords, then: (path: string) => string): string =>
  [...commands.keys()]
    .filter((path) => path !== '')
    .flatMap((path) => {
      const command = commandOfOption(path);
      const named = `      '${path}') ${then(path)} ;;`;
      // Behind the option's value the command goes on.
      return command === null ? [named] : [named, `      '${path} '*) ${then(command)} ;;`];
    })
    .join('\n');

const wordCases = (commands: CommandWords, variable = 'words'): string =>
  [...commands].map(([path, words]) => `    '${path}') ${variable}='${words.join(' ')}' ;;`).join('\n');
