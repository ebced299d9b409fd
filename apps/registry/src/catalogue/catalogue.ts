import type { Principal } from '@sluice/contracts/principal';
import type { EventType } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { And, type DataSource, type EntityManager, In, MoreThan, Not } from 'typeorm';
import { rowsFor, shownOf, type WantedPage } from '../answers/list-page.js';
import { stateFault, stateTag } from '../answers/state-tag.js';
import { recordAudit } from '../audit/record-audit.js';
import { lockAccount } from '../credentials/lock-account.js';
import { plainTextFault } from '../texts/plain-text.js';
import { builtInTypes, isBuiltIn } from './built-in-types.js';
import { EventTypeEntity } from './event-type.entity.js';
import { jsonSchemaFault } from './json-schema-check.js';
import { typeNameFault } from './type-name.js';

const DESCRIPTION_LIMIT = 2_000;
const EXAMPLE_BYTES = 64 * 1024;
/** Publishing knows the catalogue whole. */
const TYPES_LIMIT = 250;

export interface WantedType {
  name: string;
  description: string;
  schema: string | null;
  /** The caller has checked that the schema takes it. */
  example?: string | null | undefined;
  /** One of these must name the state that it is changed from. */
  ifMatch?: readonly string[] | undefined;
  from?: string | undefined;
}

/** Which events there are: the built-in types, and those that accounts add. */
export class Catalogue {
  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** All types of the account. */
  async of(accountId: string, manager = this.database.manager): Promise<EventType[]> {
    return (await this.list(accountId, {}, manager)).eventTypes;
  }

  /** Whether the account has a type of this name; if so, it stays until the transaction ends. */
  async holds(transaction: EntityManager, accountId: string, name: string): Promise<boolean> {
    if (isBuiltIn(name)) return true;
    await lockAccount(transaction, accountId);
    return transaction.existsBy(EventTypeEntity, { accountId, name });
  }

  /** First the built-in types, then the account's own by their names. */
  async list(
    accountId: string,
    page: WantedPage,
    manager = this.database.manager,
  ): Promise<{ eventTypes: EventType[]; more: boolean }> {
    const { after } = page;
    const last = TAGGED_BUILT_IN.findIndex(({ name }) => name === after);
    const isInOwn = after !== undefined && last === -1;
    const own = await manager.find(EventTypeEntity, {
      // A type that became built in after the account had registered its name: the built-in one counts.
      where: { accountId, name: And(Not(In(BUILT_IN_NAMES)), ...(isInOwn ? [MoreThan(after)] : [])) },
      order: { name: 'asc' },
      take: rowsFor(page),
    });
    const builtIn = isInOwn ? [] : TAGGED_BUILT_IN.slice(last + 1);
    const { shown, more } = shownOf([...builtIn, ...own.map((type) => tagged(typeOf(type)))], page);
    return { eventTypes: shown, more };
  }

  /** Adds a type to the account's own, or changes it. The caller has checked that the principal may manage. */
  async put({ accountId, keyId }: Principal, wanted: WantedType): Promise<Result<EventType>> {
    const refusal = refusalOf(wanted);
    if (refusal !== null) return refusal;
    const { name, description, schema, example = null, ifMatch, from } = wanted;
    const at = new Date(this.clock.nowMs());
    return this.database.transaction(async (transaction): Promise<Result<EventType>> => {
      if (!(await this.hasRoom(transaction, accountId, name))) {
        return refused('too_many', `this account has ${TYPES_LIMIT} event types, which is the most that it may have`);
      }
      const before = await transaction.findOneBy(EventTypeEntity, { accountId, name });
      const changed = stateFault(before === null ? null : typeOf(before), ifMatch);
      if (changed !== null) return changed;
      await transaction.upsert(EventTypeEntity, { accountId, name, description, schema, example, updatedAt: at }, [
        'accountId',
        'name',
      ]);
      await recordAudit(transaction, { at, accountId, keyId, action: 'event_type.put', subject: name, from });
      return accepted(tagged(typeOf({ name, description, schema, example })));
    });
  }

  private async hasRoom(transaction: EntityManager, accountId: string, name: string): Promise<boolean> {
    // Two new types at once must not both take the last place.
    await lockAccount(transaction, accountId);
    if (await transaction.existsBy(EventTypeEntity, { accountId, name })) return true;
    return (await transaction.countBy(EventTypeEntity, { accountId })) < TYPES_LIMIT;
  }
}

/** One of the account's own as it is shown. */
export const typeOf = ({
  name,
  description,
  schema,
  example,
}: Pick<EventTypeEntity, 'name' | 'description' | 'schema' | 'example'>): EventType => ({
  name,
  description,
  schema,
  example,
  builtIn: false,
});

const tagged = (type: EventType): EventType => ({ ...type, tag: stateTag(type) });

const TAGGED_BUILT_IN = builtInTypes.map(tagged);
const BUILT_IN_NAMES = builtInTypes.map(({ name }) => name);

function refusalOf({ name, description, schema, example = null }: WantedType): ReturnType<typeof refused> | null {
  const nameFault = typeNameFault(name);
  if (nameFault !== null) return refused('invalid', `name ${nameFault}`, 'name');
  const descriptionFault = plainTextFault(description, DESCRIPTION_LIMIT);
  if (descriptionFault !== null) return refused('invalid', `description ${descriptionFault}`, 'description');
  const schemaFault = schema === null ? null : jsonSchemaFault(schema);
  if (schemaFault !== null) return refused('invalid', `schema ${schemaFault}`, 'schema');
  if (example === null || Buffer.byteLength(example) <= EXAMPLE_BYTES) return null;
  return refused('invalid', `example is larger than ${EXAMPLE_BYTES / 1024} KiB`, 'example');
}
