import type { Command } from 'commander';

/**
 * What may come after each command, by its path: `webhooks list` → its options and those of all commands; and after each
 * option with values to choose from: `deliveries list --state` → those.
 */
export type CommandWords = ReadonlyMap<string, readonly string[]>;

/** All commands of the tree, the program itself under an empty path. */
export function wordsOfCommands(program: Command): CommandWords {
  const words = new Map<string, string[]>();
  const everywhere = optionsOf(program);
  const visit = (command: Command, path: string[]) => {
    const own = command === program ? [] : optionsOf(command);
    const children = command.commands.map((child) => child.name());
    const values = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
    words.set(path.join(' '), [...new Set([...children, ...values, ...own, ...everywhere, '--help'])]);
    for (const { long, argChoices } of command.options) {
      if (long && argChoices) words.set([...path, long].join(' '), argChoices);
    }
    for (const child of command.commands) visit(child, [...path, child.name()]);
  };
  visit(program, []);
  return words;
}

const optionsOf = (command: Command): string[] => command.options.flatMap(({ long }) => (long ? [long] : []));

/** The command to which an option with values belongs, by the path of that option; null for a command. */
export const commandOfOption = (path: string): string | null => /^(.+) --\S+$/.exec(path)?.[1] ?? null;
