import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { ConfigurationError } from '@sluice/service-kit/configuration';

const OWNER_ONLY = 0o600;

/** A JSON file of the state directory; null when there is none yet. @throws ConfigurationError when it is no JSON. */
export function readState<T>(path: string): T | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new ConfigurationError([`${path} can't be read: ${(error as Error).message}`]);
  }
}

/** Writes it whole or not at all, for its owner's eyes only. */
export function writeState(path: string, value: unknown): void {
  const partial = `${path}.${process.pid}`;
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_ONLY });
  chmodSync(partial, OWNER_ONLY);
  renameSync(partial, path);
}
