import type { Command } from 'commander';
import { readNumber } from '../input/numbers.js';

export interface PageOptions {
  limit?: number;
  cursor?: string;
}

/** A list comes in pages: `--cursor` is the end of the page before. */
export const withPage = (command: Command): Command =>
  command
    .option('--limit <n>', 'how many at most', readNumber)
    .option('--cursor <cursor>', 'go on where the page before ended');
