import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own for a test's PostgreSQL, which must be able to enter it whoever runs the test. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `sluice-${name}-`));
  chmodSync(folder, 0o755);
  return folder;
}

/** Removes it, and the data of a PostgreSQL in `state` below it, wherever they lie. */
export function removeFolder(folder: string, state = '.'): void {
  const data = join(folder, state, 'postgres');
  if (existsSync(data)) rmSync(realpathSync(data), { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}
