const CELLS = 24;
let isDrawn = false;

/** `[######………] 3500 of 12000 (29 %), 3498 deliveries`. A total that is not known yet has no bar. */
export function progressText(job: Record<string, unknown>): string {
  const { progress, reason } = job as { progress: Record<string, number | null>; reason: string | null };
  const { done, inserted, total } = progress;
  const waits = reason === null ? '' : `; ${reason}`;
  if (total === null || total === undefined) return `${done} looked at, ${inserted} deliveries${waits}`;
  const part = total === 0 ? 1 : Math.min(1, Number(done) / total);
  const full = Math.floor(part * CELLS);
  const bar = `[${'#'.repeat(full)}${'.'.repeat(CELLS - full)}]`;
  return `${bar} ${done} of ${total} (${Math.floor(part * 100)} %), ${inserted} deliveries${waits}`;
}

/** On a terminal one line, drawn over itself, and cut so that it stays one; nothing where nobody watches. */
export function drawProgress(job: Record<string, unknown>): void {
  const { isTTY, columns } = process.stderr;
  if (!isTTY) return;
  // A terminal that does not tell its width has 0.
  process.stderr.write(`\r\u001b[K${progressText(job).slice(0, (columns || 80) - 1)}`);
  isDrawn = true;
}

/** Leaves what was drawn as it is: what is printed next begins a line of its own. */
export function endProgress(): void {
  if (isDrawn) process.stderr.write('\n');
  isDrawn = false;
}
