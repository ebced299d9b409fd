const SCAN = /(?<!Bitmap Index )Scan.*\(actual rows=([\d.]+) loops=(\d+)\)/;
const REMOVED = /Rows Removed by (?:Filter|Index Recheck): ([\d.]+)/;

/** How many rows of tables were looked at, those included that were not wanted: by `explain (analyze, costs off, timing off)`. */
export function rowsLookedAt(plan: string): number {
  let rows = 0;
  let loops = 1;
  for (const line of plan.split('\n')) {
    const scan = SCAN.exec(line);
    if (scan !== null) {
      loops = Number(scan[2]);
      rows += Number(scan[1]) * loops;
    }
    const removed = REMOVED.exec(line);
    if (removed !== null) rows += Number(removed[1]) * loops;
  }
  return Math.round(rows);
}
