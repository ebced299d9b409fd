import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { EntityManager } from 'typeorm';
import type { BaseCaller } from '../access/base-caller.js';

/** Contract airtable 5.2. */
const WEBHOOKS_PER_BASE = 10;
const WEBHOOKS_PER_INTEGRATION = 2;

/**
 * Whether the base may have one more webhook of this caller: only active ones count. Exact while the caller of this
 * holds the lock on the base's row.
 */
export async function demandRoom(
  transaction: EntityManager,
  { baseId, integration }: Pick<BaseCaller, 'baseId' | 'integration'>,
  now: Date,
): Promise<Result<null>> {
  const [count] = await transaction.query<{ all: number; own: number }[]>(
    `select count(*)::int as all, (count(*) filter (where integration = $2))::int as own
     from registry.webhook
     where base_id = $1 and deleted_at is null and state = 'enabled' and (expires_at is null or expires_at > $3)`,
    [baseId, integration, now],
  );
  if (count!.all >= WEBHOOKS_PER_BASE) {
    return refused('too_many', `this base has ${WEBHOOKS_PER_BASE} webhooks, which is the most that it may have`);
  }
  if (integration !== null && count!.own >= WEBHOOKS_PER_INTEGRATION) {
    return refused(
      'too_many_of_integration',
      `this integration has ${WEBHOOKS_PER_INTEGRATION} webhooks in the base, which is the most that it may have`,
    );
  }
  return accepted(null);
}
