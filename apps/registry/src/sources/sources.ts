import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { ShownSource, Source } from '@sluice/contracts/sources';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, LessThan } from 'typeorm';
import { ulid } from 'ulid';
import { recordAudit } from '../audit/record-audit.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { lockAccount } from '../credentials/lock-account.js';
import { databaseTime } from '../database/database-time.js';
import { findSourceOf, UNKNOWN_SOURCE } from './lock-source.js';
import { SourceEntity } from './source.entity.js';
import { namesFault, optionsFault, type SourceOptions } from './source-options.js';
import { shownSources } from './source-progress.js';
import { type TopicPatterns, topicFault } from './topic-rights.js';

/** What sources there may be, in an installation that has importers. */
export interface SourceSettings {
  perAccount: number;
  /** What accounts may read that are no operator's. */
  topics: TopicPatterns;
}

export interface WantedSource extends SourceOptions, Pick<Source, 'topic' | 'start'> {
  from?: string | undefined;
}

const WITHOUT_IMPORTER = refused(
  'conflict',
  'this installation has no importer to read sources: it runs as one process, or its stream is in PostgreSQL (KAFKA_BROKERS selects Kafka)',
);

/** Topics of which accounts get the records as events: made and read here. The caller has checked that the principal may manage. */
export class Sources {
  /** @param settings null where no importer reads topics: without Kafka, and where all runs in one process. */
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
    private readonly settings: SourceSettings | null,
  ) {}

  async create(principal: Principal, { from, ...wanted }: WantedSource): Promise<Result<ShownSource>> {
    const { settings } = this;
    if (settings === null) return WITHOUT_IMPORTER;
    const { accountId, keyId } = principal;
    const fault = topicFault(wanted.topic, principal, settings.topics) ?? optionsFault(wanted);
    if (fault !== null) return fault;
    return this.database.transaction(async (transaction): Promise<Result<ShownSource>> => {
      await lockAccount(transaction, accountId);
      const refusal =
        (await namesFault(transaction, this.catalogue, accountId, wanted)) ??
        (await noRoom(transaction, accountId, wanted.topic, settings.perAccount));
      if (refusal !== null) return refusal;
      const at = await databaseTime(transaction, this.clock);
      const id = `src_${ulid(at.getTime())}`;
      const source = transaction.create(SourceEntity, {
        ...wanted,
        ...{ id, accountId, status: 'enabled', createdAt: at, updatedAt: at, revision: 1, imported: 0, deadLetters: 0 },
      });
      // A copy: TypeORM writes what the database answers into it, bigints as text.
      await transaction.insert(SourceEntity, { ...source });
      await recordAudit(transaction, { at, accountId, keyId, action: 'source.created', subject: id, from });
      return accepted((await shownSources(transaction, this.clock, [source]))[0]!);
    });
  }

  async get({ accountId }: Principal, id: string): Promise<Result<ShownSource>> {
    const { manager } = this.database;
    const source = await findSourceOf(manager, accountId, id);
    return source === null ? UNKNOWN_SOURCE : accepted((await shownSources(manager, this.clock, [source]))[0]!);
  }

  /** A page, the newest first: those older than `before`, which may be gone by now. */
  async list(
    { accountId }: Principal,
    { limit, before }: { limit: number; before?: string | undefined },
  ): Promise<{ sources: ShownSource[]; more: boolean }> {
    const { manager } = this.database;
    const found = await manager.find(SourceEntity, {
      where: { accountId, ...(before === undefined ? {} : { id: LessThan(before) }) },
      order: { id: 'desc' },
      take: limit + 1,
    });
    return { sources: await shownSources(manager, this.clock, found.slice(0, limit)), more: found.length > limit };
  }
}

/** Why the account can't have one more source, of this topic; null when it can. */
async function noRoom(
  transaction: EntityManager,
  accountId: string,
  topic: string,
  perAccount: number,
): Promise<ReturnType<typeof refused> | null> {
  const same = await transaction.findOneBy(SourceEntity, { accountId, topic });
  if (same !== null) return refused('conflict', `${same.id} is this account's source of the topic ${topic}`, 'topic');
  if ((await transaction.countBy(SourceEntity, { accountId })) < perAccount) return null;
  return refused('too_many', `this account has ${perAccount} sources, which is the most that it may have`);
}
