import type { Command } from 'commander';

/** What may come after each command, by its path: `webhooks list` → its options and those of all commands. */
export type CommandWords = ReadonlyMap<string, readonly string[]>;

/** All commands of the tree, the program itself under an empty path. */
export function wordsOfCommands(program: Command): CommandWords {
  const words = new Map<string, string[]>();
  const everywhere = optionsOf(program);
  const visit = (command: Command, path: string[]) => {
    const own = command === program ? [] : optionsOf(command);
    const children = command.commands.map((child) => child.name());
    words.set(path.join(' '), [...new Set([...children, ...own, ...everywhere, '--help'])]);
    for (const child of command.commands) visit(child, [...path, child.name()]);
  };
  visit(program, []);
  return words;
}

const optionsOf = (command: Command): string[] => command.options.flatMap(({ long }) => (long ? [long] : []));
