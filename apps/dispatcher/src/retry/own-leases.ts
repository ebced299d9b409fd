import { randomUUID } from 'node:crypto';
import type { Clock } from '@sluice/service-kit/clock';
import type { Logger } from '@sluice/service-kit/logger';
import pg, { type Pool } from 'pg';
import { LEASE_MS } from '../model/lease.js';
import { givenBack } from './claim-rows.js';
import { LEASED, releasePingsSql } from './release-pings.js';

/** Length of a UUID and the slash after it. */
const OWNER_AT = 38;

/** What is leased is due within a lease's length: the other rows, be they millions, are not read. */
const RELEASE_OF_OWNER = `
  update dispatch.pending set ${givenBack('$2')}
  where substr(lease, ${OWNER_AT}) = $1
    and due_at > now() + $2::float8 * interval '1 millisecond'
    and due_at <= now() + ($2::float8 + $3::float8) * interval '1 millisecond'`;

const RELEASE_PINGS_OF_OWNER = releasePingsSql(`where substr(p.lease, ${OWNER_AT}) = $1 and ${LEASED}`, '$2');

/** A job was due when it was claimed, so that its rate is kept. */
const RELEASE_JOBS_OF_OWNER = `
  update dispatch.job set lease = null, due_at = now() + $2::float8 * interval '1 millisecond'
  where state = 'running' and substr(lease, ${OWNER_AT}) = $1`;

/** The leases that this dispatcher claims and parks under; they carry its name. */
export class OwnLeases {
  readonly #owner: string;

  constructor(owner: string) {
    this.#owner = owner;
  }

  next(): string {
    return `${randomUUID()}/${this.#owner}`;
  }

  /**
   * What a former life of this dispatcher held when it was killed is due at once, instead of when the lease runs out.
   * Call it before anything is claimed or parked. When PostgreSQL does not do it, for want of time for instance, they are
   * due when their leases run out. Throws when the database can't be reached.
   */
  async releaseFormer(pool: Pool, clock: Clock, logger: Logger): Promise<void> {
    try {
      await pool.query(RELEASE_PINGS_OF_OWNER, [this.#owner, clock.shiftMs, LEASE_MS]);
      await pool.query(RELEASE_OF_OWNER, [this.#owner, clock.shiftMs, LEASE_MS]);
      await pool.query(RELEASE_JOBS_OF_OWNER, [this.#owner, clock.shiftMs]);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      logger.warn({ err: error }, 'leases.not_released');
    }
  }
}
