import { PORTAL_SESSION } from '@sluice/contracts/portal-commands';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { findKey } from './find-key.js';
import { findPortalSession } from './find-portal-session.js';
import { hashOfKey } from './key-format.js';
import type { Resolved } from './resolved-principal.js';

/** Bounds how long a revoked key still works here (docs/architecture.md section 6). */
const REMEMBERED_MS = 5_000;
const REMEMBERED_KEYS = 10_000;

/**
 * Finds who stands behind a key, or a session of the portal. Known ones are remembered for at most 5 s; unknown ones never,
 * so that nobody fills the memory.
 */
export class KeyResolver {
  private remembered = new BoundedMap<string, { resolved: Resolved; untilMs: number }>(REMEMBERED_KEYS);

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** As of at most 5 s ago. */
  async resolve(credential: string): Promise<Resolved> {
    const found = this.remembered.get(hashOfKey(credential).toString('base64'));
    if (found !== undefined && found.untilMs > this.clock.monotonicMs()) return found.resolved;
    return this.resolveNow(credential);
  }

  /** As of this call. For callers that remember the answer themselves: two memories in a row would double the 5 s. */
  async resolveNow(credential: string): Promise<Resolved> {
    // An answer that was under way while all was forgotten ends up in the memory that is gone.
    const { remembered } = this;
    const untilMs = this.clock.monotonicMs() + REMEMBERED_MS;
    const hash = hashOfKey(credential);
    const find = PORTAL_SESSION.test(credential) ? findPortalSession : findKey;
    const resolved = await find(this.database, hash, this.clock);
    if (resolved.known) remembered.set(hash.toString('base64'), { resolved, untilMs });
    return resolved;
  }

  /** A key, link or session was taken away through this process: it stops working here at once. */
  forget(): void {
    this.remembered = new BoundedMap(REMEMBERED_KEYS);
  }
}
