import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap of this process grow to four times what was alive after the last major collection before the next one
 * begins; V8 itself goes up to that factor only where it finds collections slow, and begins again after a tenth or so where
 * little happens: every two seconds, for a dispatcher with 200 events a second. Each of those stops delays what is under way
 * by 20 to 50 ms on few cores (docs/performance.md). V8 asks for this flag at each collection, so that it may be set late.
 */
export function growHeapFreely(): void {
  setFlagsFromString('--heap-growing-percent=300');
}
