/**
 * Aborts when Ctrl-C is pressed, the program is told to end, or nobody reads what it prints (`| head`): whoever follows
 * ends in order then. A second Ctrl-C ends it at once.
 */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  process.stdout.once('error', () => interrupted.abort());
  return interrupted.signal;
}
