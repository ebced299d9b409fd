import type { Source, SourceReport } from '@sluice/contracts/sources';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, In } from 'typeorm';
import { databaseTime } from '../database/database-time.js';
import { plainText } from '../texts/plain-text.js';
import { SourceEntity } from './source.entity.js';
import { sourceOf } from './source-progress.js';

const ERROR_LENGTH = 1_000;
/** What an importer told that fell silent is kept while no other tells of the source, and so long after. */
const KEPT_SECONDS = 3_600;

/** What importers and registry tell each other of all accounts' sources. */
export class SourceReports {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps what an importer tells, and answers what there is: in full what it does not have at that revision. Reports of sources
   * that are gone by now count for nothing.
   */
  async sync(instance: string, reports: readonly SourceReport[]): Promise<{ sources: Source[]; unchanged: string[] }> {
    if (reports.length > 0) await this.keep(instance, reports);
    const revisions = new Map(reports.map(({ sourceId, revision }) => [sourceId, revision]));
    const { manager } = this.database;
    const all = await manager.find(SourceEntity, { select: { id: true, revision: true } });
    const isKnown = ({ id, revision }: SourceEntity): boolean => revisions.get(id) === revision;
    const wanted = all.filter((source) => !isKnown(source)).map(({ id }) => id);
    const sources = wanted.length === 0 ? [] : await manager.findBy(SourceEntity, { id: In(wanted) });
    return { sources: sources.map(sourceOf), unchanged: all.filter(isKnown).map(({ id }) => id) };
  }

  private async keep(instance: string, reports: readonly SourceReport[]): Promise<void> {
    await this.database.transaction(async (transaction) => {
      const now = await databaseTime(transaction, this.clock);
      // In one order, so that two importers never wait for each other, and none counts the same records twice.
      await transaction.query('select from registry.source where id = any ($1) order by id for no key update', [
        reports.map(({ sourceId }) => sourceId),
      ]);
      await writeReports(transaction, instance, reports, now);
      await transaction.query(
        `delete from registry.source_report
         where source_id = any ($1) and instance <> $2 and reported_at < $3::timestamptz - $4 * interval '1 second'`,
        [reports.map(({ sourceId }) => sourceId), instance, now, KEPT_SECONDS],
      );
    });
  }
}

/** What is more than the same importer told before is added to the source's counts; one that has less counts anew. */
async function writeReports(
  transaction: EntityManager,
  instance: string,
  reports: readonly SourceReport[],
  now: Date,
): Promise<void> {
  await transaction.query(
    `with told as (
       select t.* from unnest($3::text[], $4::int[], $5::text[], $6::bigint[], $7::bigint[], $8::timestamptz[], $9::text[])
         as t(source_id, revision, partitions, imported, dead_letters, last_error_at, last_error)
       join registry.source s on s.id = t.source_id
     ), more as (
       select t.source_id,
         t.imported - case when r.imported <= t.imported then r.imported else 0 end as imported,
         t.dead_letters - case when r.dead_letters <= t.dead_letters then r.dead_letters else 0 end as dead_letters
       from told t left join registry.source_report r on r.source_id = t.source_id and r.instance = $1
     ), counted as (
       update registry.source s
       set imported = s.imported + more.imported, dead_letters = s.dead_letters + more.dead_letters
       from more where s.id = more.source_id and (more.imported > 0 or more.dead_letters > 0)
     )
     insert into registry.source_report
       (source_id, instance, revision, reported_at, partitions, imported, dead_letters, last_error_at, last_error)
     select source_id, $1, revision, $2, partitions::json, imported, dead_letters, last_error_at, last_error from told
     on conflict (source_id, instance) do update set
       revision = excluded.revision, reported_at = excluded.reported_at, partitions = excluded.partitions,
       imported = excluded.imported, dead_letters = excluded.dead_letters,
       last_error_at = excluded.last_error_at, last_error = excluded.last_error`,
    [
      instance,
      now,
      reports.map(({ sourceId }) => sourceId),
      reports.map(({ revision }) => revision),
      reports.map(({ partitions }) => JSON.stringify(partitions)),
      reports.map(({ imported }) => imported),
      reports.map(({ deadLetters }) => deadLetters),
      reports.map(({ lastError }) => lastError?.at ?? null),
      reports.map(({ lastError }) => (lastError === null ? null : plainText(lastError.message, ERROR_LENGTH))),
    ],
  );
}
