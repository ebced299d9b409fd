/** Aborts when Ctrl-C is pressed, or the program is told to end: whoever follows ends in order then. A second one ends it at once. */
export function untilInterrupted(): AbortSignal {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  return interrupted.signal;
}
