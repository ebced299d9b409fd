import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { ShownSource, Source, Sources } from '@sluice/contracts/sources';
import { isAnother, tagFor } from './memory-registry.js';

const AT = '2026-06-01T09:30:00.000Z';
const ABSENT = refused('not_found', 'there is no such source', 'source_id');

/** The registry's contract on sources as far as the gateway's tests need it, kept in memory. */
export class MemorySources {
  readonly sources = new Map<string, ShownSource>();
  readonly asked: { command: keyof Sources; request: unknown }[] = [];
  /** What the next command is refused with. */
  refusal: ReturnType<typeof refused> | null = null;

  readonly commands: Sources = {
    createSource: (request) =>
      this.answer('createSource', request, () => {
        const { credential: _, from: __, ...wanted } = request;
        const id = `src_01M1Q5C7K8T3ZVXG6Q0W2R9D${String(this.sources.size + 10)}`;
        const more = { id, accountId: 'acc1', status: 'enabled', createdAt: AT, updatedAt: AT, revision: 1 } as const;
        const shown: ShownSource = { source: { ...wanted, ...more }, progress: NOTHING_TOLD };
        this.sources.set(id, shown);
        return accepted({ ...shown, tag: tagOf(shown) });
      }),
    listSources: (request) =>
      this.answer('listSources', request, () => {
        const { limit, before } = request;
        const rest = [...this.sources.values()]
          .reverse()
          .filter(({ source }) => before === undefined || source.id < before);
        return accepted({ sources: rest.slice(0, limit), more: rest.length > limit });
      }),
    getSource: (request) => this.answer('getSource', request, () => this.change(request.sourceId, {})),
    updateSource: (request) =>
      this.answer('updateSource', request, () => {
        const { credential: _, from: __, sourceId, ifMatch, ...wanted } = request;
        const before = this.sources.get(sourceId);
        if (before !== undefined && isAnother(tagOf(before), ifMatch)) return refused('changed', 'it was changed');
        return this.change(sourceId, wanted as Partial<Source>);
      }),
    switchSource: (request) =>
      this.answer('switchSource', request, () =>
        this.change(request.sourceId, { status: request.turn === 'pause' ? 'paused' : 'enabled' }),
      ),
    deleteSource: (request) =>
      this.answer('deleteSource', request, () => (this.sources.delete(request.sourceId) ? accepted({}) : ABSENT)),
    syncSources: () => Promise.reject(new Error('importers ask this')),
  };

  private change(id: string, change: Partial<Source>): Result<ShownSource> {
    const shown = this.sources.get(id);
    if (shown === undefined) return ABSENT;
    shown.source = { ...shown.source, ...change };
    return accepted({ ...shown, tag: tagOf(shown) });
  }

  private async answer<T>(command: keyof Sources, request: unknown, give: () => Result<T>): Promise<Result<T>> {
    this.asked.push({ command, request });
    const { refusal } = this;
    this.refusal = null;
    return refusal ?? give();
  }
}

const tagOf = ({ source }: ShownSource): string => tagFor(source.description);

const NOTHING_TOLD: ShownSource['progress'] = {
  running: false,
  reportedAt: null,
  appliedRevision: null,
  partitions: [],
  imported: 0,
  deadLetters: 0,
  lastError: null,
};
