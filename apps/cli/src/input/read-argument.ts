import { readFileSync } from 'node:fs';
import { misused } from '../failure/command-failure.js';

/** The bytes of a file, or of the standard input for `-`. */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path === '-' ? 0 : path);
  } catch (error) {
    throw misused(`can't read ${path}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}

/** The value of an option itself; with `@` before it the content of that file, with `-` what stands on the standard input. */
export function readArgument(value: string): Buffer {
  if (value === '-') return readBytes(value);
  return value.startsWith('@') ? readBytes(value.slice(1)) : Buffer.from(value);
}
