import { misused } from '../failure/command-failure.js';
import { readArgument } from './read-argument.js';

/** JSON that goes on as it was typed: parsed and written again, a long number would lose digits. */
export class JsonText {
  /** Commander takes a null that an option is read as for no value; this is one. */
  static readonly null = new JsonText('null');

  private constructor(readonly text: string) {}

  /** @throws {CommandFailure} that names the option when its value is no JSON. */
  static of(option: string, value: string): JsonText {
    const text = readArgument(value).toString('utf8');
    try {
      JSON.parse(text);
    } catch (error) {
      throw misused(`${option}: ${(error as Error).message}`);
    }
    return new JsonText(text.trim());
  }

  /** For options that may be left out. */
  static maybe(option: string, value: string | undefined): JsonText | undefined {
    return value === undefined ? undefined : JsonText.of(option, value);
  }

  /** For options that take null: the word `none` takes away what is there. */
  static orNull(option: string, value: string | undefined): JsonText | undefined {
    return value === 'none' ? JsonText.null : JsonText.maybe(option, value);
  }
}

/** An object of what is not undefined, as the body of a request. */
export function jsonBody(members: Record<string, unknown>): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined);
  const written = given.map(
    ([name, value]) => `${JSON.stringify(name)}:${value instanceof JsonText ? value.text : JSON.stringify(value)}`,
  );
  return `{${written.join(',')}}`;
}
