import { Argument, type Command } from 'commander';
import { bashCompletion, fishCompletion, zshCompletion } from '../completion/scripts.js';
import { wordsOfCommands } from '../completion/words.js';
import { withExamples } from '../terminal/examples.js';
import { say } from '../terminal/show.js';

const SCRIPTS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** `completion <shell>`: a script of all commands that the program has when it is asked for. */
export function addCompletion(program: Command): void {
  const completion = program
    .command('completion')
    .description('a script that completes commands and options: source <(sluice completion bash)')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action((shell: keyof typeof SCRIPTS) => say(SCRIPTS[shell](wordsOfCommands(program))));
  withExamples(completion, 'source <(sluice completion bash)', 'sluice completion fish | source');
}
