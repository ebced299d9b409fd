import { randomUUID } from 'node:crypto';
import type { RememberedAnswer } from '@sluice/contracts/idempotency-commands';
import type { Principal } from '@sluice/contracts/principal';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import type { Keyring } from '../encryption/keyring.js';
import { IdempotentRequestEntity } from './idempotent-request.entity.js';
import { openAnswer, sealAnswer } from './sealed-answer.js';

const KEPT_MS = 24 * 60 * 60 * 1_000;
/**
 * One that was cut off by a crash frees its key after that. A request takes less: the longest, a webhook with `start_from`,
 * waits up to 12 s for its making, 10 s for its job, and 12 s for being deleted where that is refused.
 */
const LEASE_MS = 60_000;

/** What a request under a key is. */
export type Begun =
  | { is: 'first'; lease: string }
  | { is: 'answered'; answer: RememberedAnswer }
  | { is: 'under_way' }
  | { is: 'another' };

const NOW = "clock_timestamp() + $5 * interval '1 millisecond'";

/** Takes the key when nobody has it, or whoever had it is over its time. */
const BEGIN = `
  with begun as (
    insert into registry.idempotent_request as known (account_id, key, fingerprint, lease, lease_until, expires_at)
    values ($1, $2, $3, $4, ${NOW} + $6 * interval '1 millisecond', ${NOW} + $7 * interval '1 millisecond')
    on conflict (account_id, key) do update
    set fingerprint = excluded.fingerprint, lease = excluded.lease, lease_until = excluded.lease_until,
      expires_at = excluded.expires_at, sealed = null, sealing_key = null
    where known.expires_at <= ${NOW} or known.lease_until <= ${NOW}
    returning 1)
  select 1 from begun`;

/** Requests under an `Idempotency-Key`: carried out once, and answered as often as they are repeated within 24 h. */
export class IdempotentRequests {
  constructor(
    private readonly database: DataSource,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  async begin({ accountId }: Principal, key: string, fingerprint: string): Promise<Begun> {
    const hash = Buffer.from(fingerprint, 'base64');
    for (;;) {
      const lease = randomUUID();
      const terms = [this.clock.shiftMs, LEASE_MS, KEPT_MS];
      const begun = await this.database.query<unknown[]>(BEGIN, [accountId, key, hash, lease, ...terms]);
      if (begun.length > 0) return { is: 'first', lease };
      const known = await this.database.manager.findOneBy(IdempotentRequestEntity, { accountId, key });
      // Freed since: it can be taken now.
      if (known === null) continue;
      if (!known.fingerprint.equals(hash)) return { is: 'another' };
      const { sealed, sealingKey } = known;
      if (sealed === null || sealingKey === null) return { is: 'under_way' };
      return { is: 'answered', answer: openAnswer(this.keyring, known, { bytes: sealed, keyId: sealingKey }) };
    }
  }

  /** The answer of the first; null frees the key. Of no effect once somebody else has the key. */
  async settle(
    { accountId }: Principal,
    key: string,
    { lease, answer }: { lease: string; answer: RememberedAnswer | null },
  ): Promise<void> {
    const { manager } = this.database;
    const own = { accountId, key, lease };
    if (answer === null) {
      await manager.delete(IdempotentRequestEntity, own);
      return;
    }
    const { bytes, keyId } = sealAnswer(this.keyring, own, answer);
    const settled = { lease: null, leaseUntil: null, sealed: bytes, sealingKey: keyId };
    await manager.update(IdempotentRequestEntity, own, settled);
  }
}
