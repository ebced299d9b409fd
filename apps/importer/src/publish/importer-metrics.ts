import type { Metrics } from '@sluice/service-kit/metrics';
import { Counter, Gauge } from 'prom-client';
import type { Published } from './publisher.js';

/** How a source does in this importer. */
export interface SourceState {
  sourceId: string;
  /** Records not read yet, of the partitions that this importer has; null when it has none. */
  lag: number | null;
  /** Whether something keeps it from reading. */
  hasProblem: boolean;
}

/** The importer's Prometheus metrics, by source (docs/sources.md, "How a source does"). */
export class ImporterMetrics {
  readonly #records: Counter<'source' | 'result'>;

  constructor(private readonly metrics: Metrics) {
    this.#records = new Counter({
      name: 'sluice_imported_records_total',
      help: 'Records of sources by what became of them: event, skipped or unreadable',
      labelNames: ['source', 'result'],
      registers: [metrics],
    });
  }

  published(source: string, { imported, skipped, unreadable }: Published): void {
    if (imported > 0) this.#records.inc({ source, result: 'event' }, imported);
    if (skipped > 0) this.#records.inc({ source, result: 'skipped' }, skipped);
    if (unreadable.length > 0) this.#records.inc({ source, result: 'unreadable' }, unreadable.length);
  }

  /** The source is deleted. */
  forget(source: string): void {
    for (const result of ['event', 'skipped', 'unreadable']) this.#records.remove({ source, result });
  }

  /** @param states is read when somebody scrapes: what is not among them has no series. */
  watch(states: () => readonly SourceState[]): void {
    new Gauge({
      name: 'sluice_source_lag_records',
      help: 'Records of a source not read yet, of the partitions that this importer has; missing when it has none',
      labelNames: ['source'],
      registers: [this.metrics],
      collect() {
        this.reset();
        for (const { sourceId, lag } of states()) if (lag !== null) this.set({ source: sourceId }, lag);
      },
    });
    new Gauge({
      name: 'sluice_source_problem',
      help: '1 while something keeps a source from being read by this importer, else 0',
      labelNames: ['source'],
      registers: [this.metrics],
      collect() {
        this.reset();
        for (const { sourceId, hasProblem } of states()) this.set({ source: sourceId }, hasProblem ? 1 : 0);
      },
    });
  }
}
