import type { ShownSource, Source, SourceReport } from '@sluice/contracts/sources';
import type { Clock } from '@sluice/service-kit/clock';
import { type EntityManager, In } from 'typeorm';
import { stateTag } from '../answers/state-tag.js';
import { databaseTime } from '../database/database-time.js';
import type { SourceEntity } from './source.entity.js';
import { SourceReportEntity } from './source-report.entity.js';

/** An importer that said nothing for longer does not run: it tells every 2 s. */
const RUNNING_MS = 10_000;

/** The configuration, as everyone gets it. */
export const sourceOf = ({ imported: _, deadLetters: __, account: ___, ...source }: SourceEntity): Source => ({
  ...source,
  createdAt: source.createdAt.toISOString(),
  updatedAt: source.updatedAt.toISOString(),
});

/** Sources with what importers told of them, in the same order. */
export async function shownSources(
  manager: EntityManager,
  clock: Clock,
  sources: readonly SourceEntity[],
): Promise<ShownSource[]> {
  if (sources.length === 0) return [];
  const now = await databaseTime(manager, clock);
  const reports = await manager.find(SourceReportEntity, {
    where: { sourceId: In(sources.map(({ id }) => id)) },
    order: { reportedAt: 'desc' },
  });
  const runningSince = new Date(now.getTime() - RUNNING_MS);
  return sources.map((source) => {
    const own = reports.filter(({ sourceId }) => sourceId === source.id);
    const configuration = sourceOf(source);
    const progress = progressOf(source, own, runningSince);
    return { source: configuration, progress, tag: stateTag(configuration) };
  });
}

/** @param reports of this source, the newest first. */
function progressOf(
  { imported, deadLetters }: SourceEntity,
  reports: readonly SourceReportEntity[],
  runningSince: Date,
): ShownSource['progress'] {
  const running = reports.filter(({ reportedAt }) => reportedAt >= runningSince);
  return {
    running: running.length > 0,
    reportedAt: reports[0]?.reportedAt.toISOString() ?? null,
    appliedRevision: running.length === 0 ? null : Math.min(...running.map(({ revision }) => revision)),
    partitions: partitionsOf(reports),
    imported,
    deadLetters,
    lastError: lastErrorOf(reports),
  };
}

/** A partition goes from one importer to another: the one that told last knows best. */
function partitionsOf(newestFirst: readonly SourceReportEntity[]): ShownSource['progress']['partitions'] {
  const known = new Map<number, SourceReport['partitions'][number]>();
  for (const each of newestFirst.flatMap(({ partitions }) => partitions)) {
    if (!known.has(each.partition)) known.set(each.partition, each);
  }
  return [...known.values()]
    .sort((a, b) => a.partition - b.partition)
    .map((each) => ({ ...each, lag: Math.max(0, each.end - each.position) }));
}

function lastErrorOf(reports: readonly SourceReportEntity[]): ShownSource['progress']['lastError'] {
  const [newest] = reports
    .flatMap(({ lastErrorAt: at, lastError: message }) => (at === null || message === null ? [] : [{ at, message }]))
    .sort((a, b) => b.at.getTime() - a.at.getTime());
  return newest === undefined ? null : { at: newest.at.toISOString(), message: newest.message };
}
