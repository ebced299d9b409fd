import type { Command } from 'commander';

export interface PageOptions {
  limit?: string;
  cursor?: string;
}

/** A list comes in pages: `--cursor` is the end of the page before. */
export const withPage = (command: Command): Command =>
  command.option('--limit <n>', 'how many at most').option('--cursor <cursor>', 'go on where the page before ended');
