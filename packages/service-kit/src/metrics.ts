import { collectDefaultMetrics, Registry } from 'prom-client';

/** Where a service's counters and histograms are registered; served as `/metrics` on the internal port. */
export type Metrics = Registry;

/** A registry of metrics of its own, with the process's (CPU, memory, event loop) in it. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
