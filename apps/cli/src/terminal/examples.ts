import type { Command } from 'commander';

/** Lines that can be typed as they stand, at the end of a command's help. */
export const withExamples = (command: Command, ...lines: string[]): Command =>
  command.addHelpText(
    'after',
    ['', lines.length === 1 ? 'Example:' : 'Examples:', ...lines.map((line) => `  $ ${line}`)].join('\n'),
  );
