/** What a script can tell apart; docs/cli.md lists them. */
export const EXIT = { ok: 0, refused: 1, usage: 2, unreachable: 3, interrupted: 130 } as const;

/** Ends the command: the message goes to stderr as it is, the code to whoever started it. */
export class CommandFailure extends Error {
  constructor(
    message: string,
    readonly exitCode: (typeof EXIT)[keyof typeof EXIT],
  ) {
    super(message);
  }
}

/** What was typed can't be meant. */
export const misused = (message: string): CommandFailure => new CommandFailure(`sluice: ${message}`, EXIT.usage);
