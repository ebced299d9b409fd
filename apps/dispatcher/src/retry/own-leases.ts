import { randomUUID } from 'node:crypto';
import type { Clock } from '@sluice/service-kit/clock';
import type { Pool } from 'pg';

/** Length of a UUID and the slash after it. */
const OWNER_AT = 38;

const RELEASE_OF_OWNER = `
  update dispatch.pending set lease = null, due_at = now() + $2::float8 * interval '1 millisecond'
  where substr(lease, ${OWNER_AT}) = $1`;

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
   * Call it before anything is claimed or parked. Answers how many rows that were.
   */
  async releaseFormer(pool: Pool, clock: Clock): Promise<number> {
    const { rowCount } = await pool.query(RELEASE_OF_OWNER, [this.#owner, clock.shiftMs]);
    return rowCount ?? 0;
  }
}
