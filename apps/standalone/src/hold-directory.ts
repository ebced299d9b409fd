import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from '@sluice/service-kit/configuration';
import { readState, writeState } from './state-file.js';

interface Holder {
  pid: number;
  /** When the process started, in the kernel's ticks: a process id alone comes again, after a restart of a container for example. */
  started: string;
  url: string;
  /** It is on its way down. */
  draining: boolean;
}

/** What the process that holds a directory does with it. */
export interface HeldDirectory {
  /** Says to a successor that waiting is worth while. */
  draining(): void;
  release(): void;
}

/** As long as a drain may take, and a little more. */
const PATIENCE_MS = 35_000;
const POLL_MS = 100;
/** Field 22 of /proc/<pid>/stat, counted after the program's name (proc(5)). */
const START_TIME = 19;

function startOf(pid: number): string | null {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return null;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[START_TIME] ?? '';
  } catch {
    // No /proc on this system: the process id has to do.
    return '';
  }
}

/**
 * Two processes must not run on one state directory. Waits for one that is still draining; a killed one holds nothing.
 *
 * @throws ConfigurationError when one runs there and goes on.
 */
export async function holdDirectory(
  directory: string,
  url: string,
  say: (line: string) => void,
): Promise<HeldDirectory> {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, 'running.json');
  const deadline = performance.now() + PATIENCE_MS;
  let said = false;
  for (;;) {
    const holder = readState<Holder>(path);
    if (holder === null || startOf(holder.pid) !== holder.started) break;
    if (!holder.draining || performance.now() > deadline) {
      throw new ConfigurationError([
        `Sluice runs on ${directory} already, at ${holder.url} (process ${holder.pid}): stop it, or start this one with another SLUICE_DIRECTORY and PORT`,
      ]);
    }
    if (!said) say(`Waiting for the Sluice that is ending here (process ${holder.pid}) …`);
    said = true;
    await sleep(POLL_MS);
  }
  const holder: Holder = { pid: process.pid, started: startOf(process.pid) ?? '', url, draining: false };
  writeState(path, holder);
  return {
    draining: () => writeState(path, { ...holder, draining: true }),
    release: () => rmSync(path, { force: true }),
  };
}
