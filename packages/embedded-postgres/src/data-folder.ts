import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Binaries, ROOT_STATE_FOLDER } from './binaries.js';
import { privateFolder, reachableByAll } from './reachable.js';
import type { ServerUser } from './server-user.js';

export const SUPERUSER = 'sluice';

export interface DataFolder {
  /** The server's data. */
  data: string;
  password: string;
  /** What an earlier owner of this place left behind after its state folder was deleted; null is the usual case. */
  abandoned: string | null;
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/**
 * Decides where the data lie: in `state` itself, or, where root's private folders would keep the server's user out,
 * under /var/lib/sluice with a link from `state`.
 */
export function locateData(state: string, user: ServerUser | null): DataFolder {
  mkdirSync(state, { recursive: true, mode: user === null ? 0o700 : 0o755 });
  const passwordFile = join(state, 'postgres-password');
  const isNew = !existsSync(passwordFile);
  if (isNew) {
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    chmodSync(passwordFile, 0o600);
  }
  const password = readFileSync(passwordFile, 'utf8');
  const inPlace = join(state, 'postgres');
  if (user === null || reachableByAll(state)) {
    privateFolder(inPlace, user);
    return { data: join(inPlace, 'data'), password, abandoned: null };
  }
  const name = createHash('sha256').update(realpathSync(state)).digest('hex').slice(0, 16);
  const elsewhere = join(ROOT_STATE_FOLDER, name);
  const data = join(elsewhere, 'data');
  const abandoned = isNew && existsSync(data) ? data : null;
  mkdirSync(ROOT_STATE_FOLDER, { recursive: true, mode: 0o755 });
  privateFolder(elsewhere, user);
  if (!isThere(inPlace)) symlinkSync(elsewhere, inPlace);
  return { data, password, abandoned };
}

/** Makes a new cluster unless there is one. It appears under its name only when complete, so that a crash leaves none by halves. */
export function initialise({ data, password }: DataFolder, programs: Binaries, user: ServerUser | null): void {
  if (existsSync(join(data, 'PG_VERSION'))) return;
  const partial = `${data}.partial`;
  const passwordFile = `${data}.password`;
  rmSync(partial, { recursive: true, force: true });
  privateFolder(partial, user);
  writeFileSync(passwordFile, password, { mode: 0o644 });
  const { status, stderr, error } = spawnSync(
    programs.initdb,
    [
      `--pgdata=${partial}`,
      `--username=${SUPERUSER}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    // A working folder that its user may enter: initdb resolves its own place from there.
    { cwd: partial, env: { ...process.env, LC_ALL: 'C' }, ...(user ?? {}), encoding: 'utf8' },
  );
  rmSync(passwordFile, { force: true });
  if (status !== 0) {
    throw new Error(`initdb failed: ${stderr || error?.message}`, { cause: error });
  }
  renameSync(partial, data);
}
