import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const OWNER_ONLY = 0o600;

/** A JSON file of the state directory; null when there is none yet. */
export function readState<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
}

/** Writes it whole or not at all, for its owner's eyes only. */
export function writeState(path: string, value: unknown): void {
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_ONLY });
  chmodSync(partial, OWNER_ONLY);
  renameSync(partial, path);
}
