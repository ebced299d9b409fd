import type { z } from 'zod';

/** The environment is not one the service can start with. Lists every mistake, and no value: values may be secret. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** One line each, `NAME: what is wrong`. */
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(`The configuration has ${mistakes.length} mistake(s):\n${mistakes.join('\n')}`);
    this.mistakes = mistakes;
  }
}

/**
 * Reads a service's configuration from the environment, once, at start. An empty variable counts as not set, since that
 * is what an unset one becomes in a compose file.
 *
 * @throws {ConfigurationError} with every mistake at once.
 */
export function parseConfiguration<S extends z.ZodType>(
  schema: S,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return parsed.data;
  throw new ConfigurationError(parsed.error.issues.map((issue) => mistake(issue, set)));
}

function mistake(issue: z.core.$ZodIssue, set: Readonly<Record<string, string | undefined>>): string {
  const [name] = issue.path;
  if (typeof name !== 'string') return issue.message;
  const missing = issue.code === 'invalid_type' && !Object.hasOwn(set, name);
  return `${name}: ${missing ? 'is required and not set' : issue.message}`;
}
