import type { Command } from 'commander';
import { misused } from '../failure/command-failure.js';
import { collected } from './numbers.js';

/** An option that takes one value takes it once: of two, one would be dropped without a word. Holds for all commands below. */
export function refuseRepeated(command: Command): void {
  for (const option of command.options) {
    if (option.isBoolean() || option.parseArg === collected) continue;
    let isGiven = false;
    command.on(`option:${option.name()}`, () => {
      if (isGiven) throw misused(`${option.long} takes one value, and is there twice`);
      isGiven = true;
    });
  }
  for (const child of command.commands) refuseRepeated(child);
}
