import { isDeepStrictEqual } from 'node:util';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result } from '@sluice/contracts/result';
import type { ShownSource, Sources as SourceCommands } from '@sluice/contracts/sources';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource, EntityManager } from 'typeorm';
import { stateFault } from '../answers/state-tag.js';
import { type AuditedAction, recordAudit } from '../audit/record-audit.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import { lockAccount } from '../credentials/lock-account.js';
import { databaseTime } from '../database/database-time.js';
import { lockSourceOf, UNKNOWN_SOURCE } from './lock-source.js';
import { SourceEntity } from './source.entity.js';
import { namesFault, optionsFault, type SourceOptions } from './source-options.js';
import { shownSources, sourceOf } from './source-progress.js';

type Turn = Parameters<SourceCommands['switchSource']>[0]['turn'];
type Change = Partial<SourceOptions & Pick<SourceEntity, 'status'>>;

/** What is absent, or undefined, stays as it is. */
export type WantedChange = { [K in keyof SourceOptions]?: SourceOptions[K] | undefined };

/** Beside what is wanted: in which state it must be, and from where it is asked. */
interface Asked {
  ifMatch?: readonly string[] | undefined;
  from?: string | undefined;
}

const TURNED = {
  pause: { status: 'paused', action: 'source.paused' },
  resume: { status: 'enabled', action: 'source.resumed' },
} as const;

/** What happens to sources that there are. Importers go by it some seconds later. */
export class SourceChanges {
  constructor(
    private readonly database: DataSource,
    private readonly catalogue: Catalogue,
    private readonly clock: Clock,
  ) {}

  /** Options of the format that it had go with it. */
  update(
    principal: Principal,
    id: string,
    wanted: WantedChange,
    { ifMatch, from }: Asked,
  ): Promise<Result<ShownSource>> {
    return this.change(principal, id, { action: 'source.updated', from }, true, async (transaction, source) => {
      const changed = stateFault(sourceOf(source), ifMatch);
      if (changed !== null) return changed;
      const options = { ...optionsOf(source), ...given(wanted) };
      if (options.format !== source.format) Object.assign(options, withoutFormat(wanted));
      const fault =
        optionsFault(options) ?? (await namesFault(transaction, this.catalogue, principal.accountId, options));
      return fault ?? accepted(options);
    });
  }

  turn(principal: Principal, id: string, turn: Turn, from?: string): Promise<Result<ShownSource>> {
    const { status, action } = TURNED[turn];
    return this.change(principal, id, { action, from }, false, async () => accepted({ status }));
  }

  delete(
    { accountId, keyId }: Principal,
    id: string,
    { ifMatch, from }: Asked,
  ): Promise<Result<Record<string, never>>> {
    return this.database.transaction(async (transaction): Promise<Result<Record<string, never>>> => {
      const source = await lockSourceOf(transaction, accountId, id);
      if (source === null) return UNKNOWN_SOURCE;
      const changed = stateFault(sourceOf(source), ifMatch);
      if (changed !== null) return changed;
      const at = await databaseTime(transaction, this.clock);
      await recordAudit(transaction, { at, accountId, keyId, action: 'source.deleted', subject: id, from });
      await transaction.delete(SourceEntity, { id });
      return accepted({});
    });
  }

  /**
   * Under a new revision, unless all of it is so already.
   *
   * @param mayName whether it may come to name an event type, which must not be deleted meanwhile.
   */
  private change(
    { accountId, keyId }: Principal,
    id: string,
    audited: Pick<AuditedAction, 'action' | 'from'>,
    mayName: boolean,
    wanted: (transaction: EntityManager, source: SourceEntity) => Promise<Result<Change>>,
  ): Promise<Result<ShownSource>> {
    return this.database.transaction(async (transaction): Promise<Result<ShownSource>> => {
      if (mayName) await lockAccount(transaction, accountId);
      const source = await lockSourceOf(transaction, accountId, id);
      if (source === null) return UNKNOWN_SOURCE;
      const change = await wanted(transaction, source);
      if (!change.ok) return change;
      if (!isDeepStrictEqual({ ...source, ...change.value }, { ...source })) {
        const at = await databaseTime(transaction, this.clock);
        Object.assign(source, change.value, { updatedAt: at, revision: source.revision + 1 });
        const { status, revision, updatedAt } = source;
        await transaction.update(SourceEntity, { id }, { ...optionsOf(source), status, revision, updatedAt });
        await recordAudit(transaction, { at, accountId, keyId, subject: id, ...audited });
      }
      return accepted((await shownSources(transaction, this.clock, [source]))[0]!);
    });
  }
}

const optionsOf = ({ format, description, mapping, debezium }: SourceEntity): SourceOptions => ({
  format,
  description,
  mapping,
  debezium,
});

const given = (wanted: WantedChange): Partial<SourceOptions> =>
  Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== undefined));

const withoutFormat = ({ mapping = null, debezium = null }: WantedChange) => ({ mapping, debezium });
