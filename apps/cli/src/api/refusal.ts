import { CommandFailure, EXIT } from '../failure/command-failure.js';

export interface FieldError {
  path: string;
  message: string;
}

interface Problem {
  title?: string;
  detail?: string;
  errors?: FieldError[];
}

/** Sluice has answered, but not with what was asked for. */
export class Refusal extends CommandFailure {
  constructor(
    message: string,
    exitCode: CommandFailure['exitCode'],
    readonly status: number,
    /** What came with it; without members where that is no JSON. */
    readonly body: object,
    /** When to ask again, where it says so. */
    readonly retryAfterSeconds: number | null,
  ) {
    super(message, exitCode);
  }
}

/**
 * A refused request in a line, and one more for each member that the problem document (RFC 9457) points at and has not named in it. A part that is
 * away (503), or a gateway before Sluice that is, counts as not reached: trying again may help.
 *
 * @param about `retryAfter` is the header, where there is one: Sluice says it in seconds. `keyFrom` says where the key came
 * from, for when that is what was refused.
 */
export function refusal(
  status: number,
  text: string,
  { retryAfter, keyFrom }: { retryAfter: string | null; keyFrom: string },
): Refusal {
  const problem = problemOf(text);
  const { title, detail, errors = [] } = problem;
  const told = detail ?? title ?? 'the answer says no more';
  const code = [502, 503, 504].includes(status) ? EXIT.unreachable : EXIT.refused;
  const lines = [`sluice: refused (${status}): ${told}`, ...pointedAt(told, errors)];
  if (status === 401)
    lines.push(`  The key is that of ${keyFrom}; an admin makes another: sluice keys create --scope write`);
  return new Refusal(
    lines.join('\n'),
    code,
    status,
    problem,
    retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : null,
  );
}

/** A line for each member at which a refusal points, and which it has not named in what it told. */
export const pointedAt = (told: string, errors: readonly FieldError[]): string[] =>
  errors
    .filter(({ path, message }) => path !== '' && !isTold(told, path, message))
    .map(({ path, message }) => `  ${path}: ${message}`);

/** The detail names its member as `member message` or `member: message`, and may say more behind it. */
const isTold = (told: string, path: string, message: string): boolean =>
  told === message || told.startsWith(`${path} ${message}`) || told.startsWith(`${path}: ${message}`);

function problemOf(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}
