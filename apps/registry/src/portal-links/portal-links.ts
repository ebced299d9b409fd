import type { Clock } from '@sluice/service-kit/clock';
import type { EntityManager } from 'typeorm';
import { ulid } from 'ulid';
import { recordAudit } from '../audit/record-audit.js';
import type { ResolvedPrincipal } from '../credentials/resolved-principal.js';
import type { Keyring } from '../encryption/keyring.js';
import { PortalLinkEntity } from './portal-link.entity.js';
import { signGrant } from './portal-token.js';

/** How long a link opens the portal, if nothing else is said. */
const VALID_MS = 7 * 24 * 60 * 60 * 1_000;

export interface NewPortalLink {
  id: string;
  /** To be shown once. */
  token: string;
  expiresAt: Date;
}

/** Links that open one account's webhooks to whoever has them, and nothing else (contract airstack, `portal_link`). */
export class PortalLinks {
  constructor(
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  /**
   * A new link, in the transaction of what it is made with. It ends with the key that asks for it at the latest. The caller
   * has checked that the principal may share.
   */
  async add(
    transaction: EntityManager,
    { accountId, keyId, expiresAt: keyExpiresAt }: ResolvedPrincipal,
    { expiresAt: wanted, from }: { expiresAt?: Date | undefined; from?: string | undefined },
  ): Promise<NewPortalLink> {
    const at = new Date(this.clock.nowMs());
    const wantedMs = wanted?.getTime() ?? at.getTime() + VALID_MS;
    const expiresAtMs = Math.min(wantedMs, keyExpiresAt?.getTime() ?? wantedMs);
    const id = `lnk_${ulid(at.getTime())}`;
    const expiresAt = new Date(expiresAtMs);
    await transaction.insert(PortalLinkEntity, { id, accountId, keyId, createdAt: at, expiresAt, revokedAt: null });
    await recordAudit(transaction, { at, accountId, keyId, action: 'portal_link.created', subject: id, from });
    return { id, token: signGrant(this.keyring, { accountId, keyId, expiresAtMs, linkId: id }), expiresAt };
  }
}
