import { chownSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServerUser } from './server-user.js';

const OTHERS_MAY_PASS = 0o001;

/** Whether any user may walk into `path`: false inside root's private home, for example. */
export function reachableByAll(path: string): boolean {
  for (let folder = realpathSync(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_MAY_PASS) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Creates a folder that only the server's user may enter. */
export function privateFolder(path: string, user: ServerUser | null): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (user !== null) chownSync(path, user.uid, user.gid);
}
