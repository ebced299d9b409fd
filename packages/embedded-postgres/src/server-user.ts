import { execFileSync } from 'node:child_process';

/** The user that the server runs as; null is the user of this process. */
export interface ServerUser {
  uid: number;
  gid: number;
  name: string;
}

/** Users that exist on practically every Unix, the better one first. */
const UNPRIVILEGED = ['postgres', 'nobody'];

/**
 * PostgreSQL refuses to run as root, so root hands it to an unprivileged user; it must have an entry in the user
 * database, since initdb looks its own name up.
 */
export function serverUser(): ServerUser | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of UNPRIVILEGED) {
    try {
      const id = (flag: string) => Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g'), name };
    } catch {
      // no such user: try the next one
    }
  }
  throw new Error(
    `PostgreSQL does not run as root and none of the users ${UNPRIVILEGED.join(', ')} exists: start as another user`,
  );
}
