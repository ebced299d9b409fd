import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, IsNull } from 'typeorm';
import { stateFault } from '../answers/state-tag.js';
import { recordAudit } from '../audit/record-audit.js';
import { isBuiltIn } from '../catalogue/built-in-types.js';
import { typeOf } from '../catalogue/catalogue.js';
import { EventTypeEntity } from '../catalogue/event-type.entity.js';
import { lockAccount } from '../credentials/lock-account.js';
import { SourceEntity } from '../sources/source.entity.js';
import { WebhookEntity } from '../webhooks/webhook.entity.js';

type Deleted = Result<Record<string, never>>;

const BUILT_IN = refused('conflict', 'this event type is built in: every account has it, and it stays');
const UNKNOWN_TYPE = refused('not_found', "there is no such type in the account's catalogue");

/**
 * Takes one of the account's own event types away, with its schema and example, unless a webhook that is not deleted or a
 * source names it: so it stands here, above the catalogue that those two know. The caller has checked that the principal may
 * manage.
 */
export async function deleteEventType(
  { database, clock }: { database: DataSource; clock: Clock },
  { accountId, keyId }: Principal,
  { name, ifMatch, from }: { name: string; ifMatch?: readonly string[] | undefined; from?: string | undefined },
): Promise<Deleted> {
  if (isBuiltIn(name)) return BUILT_IN;
  // PostgreSQL has no such text.
  if (name.includes('\0')) return UNKNOWN_TYPE;
  return database.transaction(async (transaction): Promise<Deleted> => {
    // Who makes a webhook or a source of the type meanwhile waits for this, and looks for the type again.
    await lockAccount(transaction, accountId);
    const type = await transaction.findOneBy(EventTypeEntity, { accountId, name });
    if (type === null) return UNKNOWN_TYPE;
    const fault = stateFault(typeOf(type), ifMatch) ?? (await useFault(transaction, accountId, name));
    if (fault !== null) return fault;
    await transaction.delete(EventTypeEntity, { accountId, name });
    const at = new Date(clock.nowMs());
    await recordAudit(transaction, { at, accountId, keyId, action: 'event_type.deleted', subject: name, from });
    return accepted({});
  });
}

/** Says how many of which still name the type; null when nothing does. */
async function useFault(
  transaction: EntityManager,
  accountId: string,
  name: string,
): Promise<ReturnType<typeof refused> | null> {
  const webhooks = await transaction.countBy(WebhookEntity, { accountId, eventType: name, deletedAt: IsNull() });
  const mapped = await transaction.find(SourceEntity, { select: { mapping: true, id: true }, where: { accountId } });
  const sources = mapped.filter(({ mapping }) => mapping && 'value' in mapping.type && mapping.type.value === name);
  const uses = [counted(webhooks, 'webhook'), counted(sources.length, 'source')].filter((use) => use !== null);
  if (uses.length === 0) return null;
  return refused(
    'conflict',
    `${name} is still named by ${uses.join(' and ')} of this account: delete them, or map the sources otherwise, first`,
  );
}

const counted = (count: number, what: string): string | null =>
  count === 0 ? null : `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
