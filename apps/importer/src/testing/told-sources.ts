import { randomBytes } from 'node:crypto';
import type { Source, SourceReport } from '@sluice/contracts/sources';
import type { ImporterSurroundings } from '../importer.module.js';

/** What a registry would tell of sources, as a test says it, and what it was told of them. */
export class ToldSources {
  readonly sources = new Map<string, Source>();
  readonly reports = new Map<string, SourceReport>();
  revision = 7;

  readonly registry: ImporterSurroundings['registry'] = {
    revision: async () => ({ revision: this.revision }),
    syncSources: async ({ reports }) => {
      for (const report of reports) this.reports.set(report.sourceId, report);
      const revisions = new Map(reports.map(({ sourceId, revision }) => [sourceId, revision]));
      const isKnown = ({ id, revision }: Source) => revisions.get(id) === revision;
      const all = [...this.sources.values()];
      return { sources: all.filter((each) => !isKnown(each)), unchanged: all.filter(isKnown).map(({ id }) => id) };
    },
  };

  add(source: Pick<Source, 'topic' | 'format'> & Partial<Source>): Source {
    const now = new Date().toISOString();
    const full: Source = {
      id: `src_${randomBytes(11).toString('hex')}`,
      accountId: 'acc_1',
      description: null,
      mapping: null,
      debezium: null,
      start: 'earliest',
      status: 'enabled',
      createdAt: now,
      updatedAt: now,
      revision: 1,
      ...source,
    };
    this.sources.set(full.id, full);
    return full;
  }

  change(id: string, change: Partial<Source>): void {
    const source = this.sources.get(id);
    if (source === undefined) throw new Error(`there is no source ${id}`);
    this.sources.set(id, { ...source, ...change, revision: source.revision + 1 });
  }
}
