import type { Metrics } from '@sluice/service-kit/metrics';
import { Counter, Gauge } from 'prom-client';
import type { Published } from './publish/publisher.js';

/** The importer's Prometheus metrics, by source. */
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

  /** @param lags is read when somebody scrapes. */
  watch(lags: () => readonly { sourceId: string; lag: number }[]): void {
    new Gauge({
      name: 'sluice_source_lag_records',
      help: 'Records of a source not read yet, of the partitions that this importer has',
      labelNames: ['source'],
      registers: [this.metrics],
      collect() {
        this.reset();
        for (const { sourceId, lag } of lags()) this.set({ source: sourceId }, lag);
      },
    });
  }
}
