import { CommandFailure, EXIT } from '../failure/command-failure.js';

/**
 * Aborts when Ctrl-C is pressed, the program is told to end, or nobody reads what it prints (`| head`): whoever follows
 * ends in order then. A second Ctrl-C ends it at once. The signal's reason is a failure without a word, with the exit code
 * of a command that only follows: Ctrl-C is 130, the others are what it waits for.
 */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  const endWith = (exitCode: CommandFailure['exitCode']) => () => interrupted.abort(new CommandFailure('', exitCode));
  process.once('SIGINT', endWith(EXIT.interrupted));
  process.once('SIGTERM', endWith(EXIT.ok));
  process.stdout.once('error', endWith(EXIT.ok));
  return interrupted.signal;
}
