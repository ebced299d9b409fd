import { CommandFailure, EXIT } from '../command-failure.js';

interface Problem {
  title?: string;
  detail?: string;
  errors?: { path: string; message: string }[];
}

/** Sluice has answered, but not with what was asked for. */
export class Refusal extends CommandFailure {
  constructor(
    message: string,
    exitCode: CommandFailure['exitCode'],
    readonly status: number,
  ) {
    super(message, exitCode);
  }
}

/**
 * A refused request in a line, and one more for each member that the problem document (RFC 9457) points at and has not named in it. A part that is
 * away (503), or a gateway before Sluice that is, counts as not reached: trying again may help.
 */
export function refusal(status: number, text: string): Refusal {
  const { title, detail, errors = [] } = problemOf(text);
  const told = detail ?? title ?? 'the answer says no more';
  const pointed = errors
    .filter(({ path, message }) => path !== '' && ![message, `${path} ${message}`].includes(told))
    .map(({ path, message }) => `  ${path}: ${message}`);
  const code = [502, 503, 504].includes(status) ? EXIT.unreachable : EXIT.refused;
  return new Refusal([`sluice: refused (${status}): ${told}`, ...pointed].join('\n'), code, status);
}

function problemOf(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}
