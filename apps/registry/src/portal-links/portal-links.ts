import type { PortalLink } from '@sluice/contracts/portal-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, type EntityManager, IsNull, LessThan, MoreThanOrEqual } from 'typeorm';
import { ulid } from 'ulid';
import { recordAudit } from '../audit/record-audit.js';
import type { KeyResolver } from '../credentials/key-resolver.js';
import type { ResolvedPrincipal } from '../credentials/resolved-principal.js';
import type { Keyring } from '../encryption/keyring.js';
import { PortalLinkEntity } from './portal-link.entity.js';
import { signGrant } from './portal-token.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** How long a link opens the portal, if nothing else is said. */
const VALID_MS = 7 * DAY_MS;
const LONGEST_DAYS = 366;
/** A link that opens nothing any more is listed for as long. */
export const ENDED_SHOWN_MS = 30 * DAY_MS;
const LINK_ID = /^lnk_[0-9A-HJKMNP-TV-Z]{26}$/;
const UNKNOWN_LINK = refused('not_found', 'there is no such portal link', 'link_id');

export interface NewPortalLink {
  id: string;
  /** To be shown once. */
  token: string;
  expiresAt: Date;
}

/** Links that open one account's webhooks to whoever has them, and nothing else (contract airstack, `portal_link`). */
export class PortalLinks {
  constructor(
    private readonly database: DataSource,
    private readonly keyring: Keyring,
    private readonly resolver: Pick<KeyResolver, 'forget'>,
    private readonly clock: Clock,
  ) {}

  /** A link for whoever is to see the account's webhooks. The caller has checked that the principal may share. */
  async create(
    principal: ResolvedPrincipal,
    { expiresAt: wanted, from }: { expiresAt?: string | undefined; from?: string | undefined },
  ): Promise<Result<{ id: string; token: string; expiresAt: string }>> {
    const expiresAt = wanted === undefined ? undefined : new Date(wanted);
    const nowMs = this.clock.nowMs();
    if (expiresAt !== undefined && expiresAt.getTime() <= nowMs) {
      return refused('invalid', 'expires_at must be in the future', 'expires_at');
    }
    if (expiresAt !== undefined && expiresAt.getTime() > nowMs + LONGEST_DAYS * DAY_MS) {
      return refused('invalid', `expires_at must be at most ${LONGEST_DAYS} days from now`, 'expires_at');
    }
    const link = await this.database.transaction((transaction) =>
      this.add(transaction, principal, { expiresAt, from }),
    );
    return accepted({ ...link, expiresAt: link.expiresAt.toISOString() });
  }

  /** The newest first; those that were revoked or have expired for 30 days more. */
  async list(
    accountId: string,
    { limit, before }: { limit: number; before?: string | undefined },
  ): Promise<{ links: PortalLink[]; more: boolean }> {
    const shown = {
      accountId,
      expiresAt: MoreThanOrEqual(new Date(this.clock.nowMs() - ENDED_SHOWN_MS)),
      ...(before === undefined ? {} : { id: LessThan(before) }),
    };
    const found = await this.database.manager.find(PortalLinkEntity, {
      where: shown,
      order: { id: 'desc' },
      take: limit + 1,
    });
    return { links: found.slice(0, limit).map(listedLink), more: found.length > limit };
  }

  /** It opens nothing any more, and who came by it is out: here at once, elsewhere within 5 s. Idempotent. */
  async revoke({ accountId, keyId }: Principal, id: string, from?: string): Promise<Result<Record<string, never>>> {
    if (!LINK_ID.test(id)) return UNKNOWN_LINK;
    const at = new Date(this.clock.nowMs());
    const result = await this.database.transaction(async (transaction): Promise<Result<Record<string, never>>> => {
      const own = { id, accountId };
      if (!(await transaction.existsBy(PortalLinkEntity, own))) return UNKNOWN_LINK;
      const { affected } = await transaction.update(
        PortalLinkEntity,
        { ...own, revokedAt: IsNull() },
        { revokedAt: at },
      );
      if (affected !== 0) {
        await recordAudit(transaction, { at, accountId, keyId, action: 'portal_link.revoked', subject: id, from });
      }
      return accepted({});
    });
    if (result.ok) this.resolver.forget();
    return result;
  }

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

const listedLink = ({ id, keyId, createdAt, expiresAt, revokedAt }: PortalLinkEntity): PortalLink => ({
  id,
  keyId,
  createdAt: createdAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
  revokedAt: revokedAt?.toISOString() ?? null,
});
