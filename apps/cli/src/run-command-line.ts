import { CommanderError } from 'commander';
import { CommandFailure, EXIT } from './failure/command-failure.js';
import { sluiceProgram } from './program.js';
import { plain } from './terminal/plain.js';

/** Runs what was typed and answers with the exit code. A mistake is told in a line or two, never as a stack trace. */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    await sluiceProgram().parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Commander has already said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const message = error instanceof Error ? error.message : String(error);
    if (message !== '') process.stderr.write(`${message.split('\n').map(plain).join('\n')}\n`);
    return error instanceof CommandFailure ? error.exitCode : EXIT.refused;
  }
}
