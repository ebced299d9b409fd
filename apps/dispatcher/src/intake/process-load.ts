import { performance } from 'node:perf_hooks';

/** Busier than this, the event loop has hardly a moment left in which it waits for anything. */
const HIGH = 0.8;
/** It stays high until it is below this: what high load makes wait lowers it, and must not flood the process again. */
const NO_LONGER_HIGH = 0.5;

/** Whether this process has more to do than it can: then what was begun comes before what is new. */
export class ProcessLoad {
  #last = performance.eventLoopUtilization();
  #high = false;

  get isHigh(): boolean {
    return this.#high;
  }

  /** Call it every 100 ms or so: the load is that of the time since the last call. */
  measure(): void {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#last);
    this.#high = utilization > (this.#high ? NO_LONGER_HIGH : HIGH);
    this.#last = now;
  }
}
