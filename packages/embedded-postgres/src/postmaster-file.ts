import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a running (or killed) server wrote into its data folder's lock file. */
export interface Postmaster {
  pid: number;
  port: number;
}

const pathIn = (data: string): string => join(data, 'postmaster.pid');

/** Lines of the file: process id, data folder, start time, port, … (PostgreSQL, "Database File Layout"). */
export function readPostmaster(data: string): Postmaster | null {
  let lines: string[];
  try {
    lines = readFileSync(pathIn(data), 'utf8').split('\n');
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, port: Number(lines[3]) } : null;
}

export const removePostmaster = (data: string): void => rmSync(pathIn(data), { force: true });

/** Whether the process exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process is a PostgreSQL: after a restart of the machine the lock file's process id may be anybody's. */
export function isServer(pid: number): boolean {
  if (!isAlive(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    // No /proc on this system: the process id has to do.
    return true;
  }
}
