import { InvalidArgumentError } from 'commander';
import { JsonText } from './json-body.js';

/**
 * An option's number as JavaScript reads it, fractions too, in whatever range.
 *
 * @throws {InvalidArgumentError} when it is no number, for commander to name the option.
 */
export function readNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It is no number.');
  return value;
}

/** Of an option that takes null: the word `none` takes away what is there. */
export const orNone =
  <T>(read: (text: string) => T) =>
  (text: string): T | JsonText =>
    text === 'none' ? JsonText.null : read(text);

/** For an option that may be there several times. */
export const collected = (value: string, before: string[] | undefined): string[] => [...(before ?? []), value];
