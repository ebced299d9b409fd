import { ExactNumber } from '@sluice/exact-json/exact-number';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { writeJson } from '@sluice/exact-json/write-json';

/** A value of up to this many characters stays in its line. */
const ONE_LINE = 60;

/** The value as JSON for people: two spaces a level, short lists and objects in one line, no digit lost. */
export function prettyJson(value: JsonValue, indent = ''): string {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return writeJson(value);
  const short = inOneLine(value);
  if (short.length + indent.length <= ONE_LINE) return short;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((element) => deeper + prettyJson(element, deeper)).join(',\n')}\n${indent}]`;
  }
  const members = Object.keys(value).map(
    (name) => `${deeper}${JSON.stringify(name)}: ${prettyJson(value[name]!, deeper)}`,
  );
  return `{\n${members.join(',\n')}\n${indent}}`;
}

/** A text as it is easiest to read: laid out if it is JSON, else as it came. */
export function prettyText(text: string): string {
  try {
    return prettyJson(parseJson(text, { literals: true }));
  } catch {
    return text;
  }
}

function inOneLine(value: JsonValue): string {
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return writeJson(value);
  if (Array.isArray(value)) return `[${value.map(inOneLine).join(', ')}]`;
  const names = Object.keys(value);
  if (names.length === 0) return '{}';
  return `{ ${names.map((name) => `${JSON.stringify(name)}: ${inOneLine(value[name]!)}`).join(', ')} }`;
}
