import { memberOf } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';

/** The step `$`: any element of an array; anything else is stepped into unchanged. */
export const ANY_ELEMENT: unique symbol = Symbol('$');

/** A member name, or any element. */
export type Step = string | typeof ANY_ELEMENT;

export type Path = readonly Step[];

/**
 * Reads a filter's key as a path: names separated by dots, `$` for any element. Names are data: a name that is `$` or
 * holds a dot is written with a backslash (`\$`, `\.`, `\\`); any other backslash is itself.
 */
export function parsePath(key: string): Path {
  // Most keys are one plain name, which is then the very string that all objects with such a member share.
  if (key !== '$' && !/[.\\]/.test(key)) return [key];
  const path: Step[] = [];
  let name = '';
  let escaped = false;
  const take = () => {
    path.push(name === '$' && !escaped ? ANY_ELEMENT : name);
    name = '';
    escaped = false;
  };
  for (let at = 0; at < key.length; at++) {
    const character = key[at]!;
    const next = key[at + 1];
    if (character === '.') take();
    else if (character === '\\' && (next === '.' || next === '$' || next === '\\')) {
      name += next;
      escaped = true;
      at++;
    } else name += character;
  }
  take();
  return path;
}

/** The path that goes on from another one; itself where there is none above. */
export const below = (above: Path, path: Path): Path => (above.length === 0 ? path : above.concat(path));

/** The path as a filter's key would write it. */
export function formatPath(path: Path): string {
  return path.map((step, index) => (step === ANY_ELEMENT ? '$' : formatName(step, index === 0))).join('.');
}

function formatName(name: string, first: boolean): string {
  const text = name.replace(/\\(?=[.$\\]|$)|\./g, '\\$&');
  return name === '$' || (first && name.startsWith('$')) ? `\\${text}` : text;
}

/** Levels of the event that the path goes down: its names, without the `$` steps. */
export const levelsOf = (path: Path): number => path.filter((step) => step !== ANY_ELEMENT).length;

/**
 * Whether some value that the path leads to satisfies the test. Where there is nothing (no such member, no element in
 * the array) the test is asked about `undefined`.
 */
export function someAt(
  event: JsonValue,
  path: Path,
  test: (value: JsonValue | undefined) => boolean,
  from = 0,
): boolean {
  let value: JsonValue | undefined = event;
  for (let index = from; index < path.length && value !== undefined; index++) {
    const step = path[index]!;
    if (step !== ANY_ELEMENT) value = memberOf(value, step);
    else if (Array.isArray(value)) {
      if (value.length === 0) return test(undefined);
      return value.some((element) => someAt(element, path, test, index + 1));
    }
  }
  return test(value);
}
