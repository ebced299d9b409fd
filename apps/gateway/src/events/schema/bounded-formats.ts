import type { Format } from 'ajv';
import { fullFormats } from 'ajv-formats/dist/formats.js';

/** Longer strings have none of the formats: some of their expressions need quadratic time. */
const TEXT_LIMIT = 2_048;

/** The formats of ajv-formats for strings, bounded in length. Those of numbers (OpenAPI's) are left out. */
export const boundedFormats: Readonly<Record<string, Format>> = Object.fromEntries(
  Object.entries(fullFormats).flatMap(([name, format]) => {
    const test = testOf(format);
    return test === null ? [] : [[name, (text: string) => text.length <= TEXT_LIMIT && test(text)] as const];
  }),
);

function testOf(format: Format): ((text: string) => boolean) | null {
  if (typeof format === 'string' || typeof format === 'boolean') return null;
  if (format instanceof RegExp || typeof format === 'function') return testWith(format);
  return format.type === 'number' || format.async === true ? null : testWith(format.validate);
}

function testWith(check: unknown): ((text: string) => boolean) | null {
  if (check instanceof RegExp) return (text) => check.test(text);
  return typeof check === 'function' ? (text) => check(text) === true : null;
}
