import type { Principal } from '@sluice/contracts/principal';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { hashOfKey } from './key-format.js';

/** Bounds how long a revoked key still works here (docs/architecture.md section 6). */
const REMEMBERED_MS = 5_000;
const REMEMBERED_KEYS = 10_000;

/** What a credential turned out to be. */
export type ResolvedKey = { known: true; principal: Principal; revoked: boolean } | { known: false };

interface Remembered {
  principal: Principal;
  revoked: boolean;
  untilMs: number;
}

/** Finds who stands behind a key. Known keys are remembered for at most 5 s; unknown ones never, so that nobody fills the memory. */
export class KeyResolver {
  private remembered = new BoundedMap<string, Remembered>(REMEMBERED_KEYS);

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** As of at most 5 s ago. */
  async resolve(key: string): Promise<ResolvedKey> {
    const found = this.remembered.get(hashOfKey(key).toString('base64'));
    if (found !== undefined && found.untilMs > this.clock.monotonicMs()) return { known: true, ...found };
    return this.resolveNow(key);
  }

  /** As of this call. For callers that remember the answer themselves: two memories in a row would double the 5 s. */
  async resolveNow(key: string): Promise<ResolvedKey> {
    // An answer that was under way while all was forgotten ends up in the memory that is gone.
    const { remembered } = this;
    const untilMs = this.clock.monotonicMs() + REMEMBERED_MS;
    const hash = hashOfKey(key);
    const [row] = await this.database.query<KeyRow[]>(
      `select key.id, key.account_id, key.kind, key.audience, key.revoked_at is not null as revoked, account.operator
       from registry.api_key key join registry.account on account.id = key.account_id where key.hash = $1`,
      [hash],
    );
    if (row === undefined) return { known: false };
    const { id: keyId, account_id: accountId, kind, audience, operator, revoked } = row;
    const principal: Principal = { keyId, accountId, kind, audience, operator };
    remembered.set(hash.toString('base64'), { principal, revoked, untilMs });
    return { known: true, principal, revoked };
  }

  /** A key was revoked through this process: it stops working here at once. */
  forget(): void {
    this.remembered = new BoundedMap(REMEMBERED_KEYS);
  }
}

interface KeyRow {
  id: string;
  account_id: string;
  kind: Principal['kind'];
  audience: Principal['audience'];
  revoked: boolean;
  operator: boolean;
}
