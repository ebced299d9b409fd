import { readdirSync, readFileSync } from 'node:fs';

/** Ticks of /proc are hundredths of a second for programs, whatever the kernel's own are (proc(5), sysconf(_SC_CLK_TCK)). */
const TICK_US = 10_000;

interface Times {
  parent: number;
  /** User and system time, and that of children that have ended and were waited for. */
  ticks: number;
}

/** Null where there is no such process, or no /proc. */
function timesOf(pid: number): Times | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name, in parentheses, may hold anything.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    return { parent, ticks: fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0) };
  } catch {
    return null;
  }
}

/** CPU time of a process so far in microseconds, to ten milliseconds. Null where the system does not tell. */
export function processTimeUs(pid: number): number | null {
  const times = timesOf(pid);
  return times === null ? null : times.ticks * TICK_US;
}

/** The same for a process and its children: PostgreSQL has one for each connection. */
export function familyTimeUs(pid: number): number | null {
  const own = timesOf(pid);
  if (own === null) return null;
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = processes.flatMap((name) => timesOf(Number(name)) ?? []).filter(({ parent }) => parent === pid);
  return [own, ...children].reduce((sum, { ticks }) => sum + ticks * TICK_US, 0);
}
