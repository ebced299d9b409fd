import { createHash } from 'node:crypto';
import type { Principal, Purpose } from '@sluice/contracts/principal';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Result } from '@sluice/contracts/result';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';

/** How long a resolved credential counts, which bounds how long a revoked one still works (docs/architecture.md section 6). */
const REMEMBERED_MS = 5_000;
const REMEMBERED_CREDENTIALS = 10_000;

interface Remembered {
  principal: Principal;
  untilMs: number;
}

/**
 * Asks the registry who stands behind a credential, and remembers the answer for at most 5 s: also through the time that
 * the registry is away. Refusals are not remembered, so that a key works from the moment it exists.
 */
export class Authenticator {
  private readonly remembered = new BoundedMap<string, Remembered>(REMEMBERED_CREDENTIALS);
  private readonly asking = new Map<string, Promise<Result<Principal>>>();

  constructor(
    private readonly registry: Pick<Registry, 'authorize'>,
    private readonly clock: Clock,
  ) {}

  /** The principal if it is known without asking. */
  known(credential: string, purpose: Purpose): Principal | null {
    const key = keyOf(credential, purpose);
    const found = this.remembered.get(key);
    if (found === undefined) return null;
    if (found.untilMs > this.clock.monotonicMs()) return found.principal;
    this.remembered.delete(key);
    return null;
  }

  /** Asks the registry; callers that ask for the same at the same time share one question. */
  ask(credential: string, purpose: Purpose): Promise<Result<Principal>> {
    const key = keyOf(credential, purpose);
    const underWay = this.asking.get(key);
    if (underWay !== undefined) return underWay;
    const askedMs = this.clock.monotonicMs();
    const asking = this.registry.authorize({ credential, purpose }).then((result) => {
      // Forgotten meanwhile: this answer may be older than the revocation.
      const isCurrent = this.asking.get(key) === asking;
      if (result.ok && isCurrent) {
        this.remembered.set(key, { principal: result.value, untilMs: askedMs + REMEMBERED_MS });
      }
      return result;
    });
    this.asking.set(key, asking);
    const settle = () => {
      if (this.asking.get(key) === asking) this.asking.delete(key);
    };
    asking.then(settle, settle);
    return asking;
  }

  /** A key was revoked through this gateway, or a session of the portal ended: it stops working here at once. */
  forget(keyId: string): void {
    this.forgetThose((principal) => principal.keyId === keyId);
  }

  /** A link to an account's portal was revoked through this gateway: its sessions stop working here at once. */
  forgetPortal(accountId: string): void {
    this.forgetThose((principal) => principal.kind === 'portal' && principal.accountId === accountId);
  }

  private forgetThose(isGone: (principal: Principal) => boolean): void {
    this.asking.clear();
    for (const [key, { principal }] of this.remembered) if (isGone(principal)) this.remembered.delete(key);
  }
}

/** Credentials are not kept in clear, not even in memory. */
const keyOf = (credential: string, purpose: Purpose): string =>
  `${purpose}:${createHash('sha256').update(credential).digest('base64')}`;
