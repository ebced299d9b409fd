import { randomBytes } from 'node:crypto';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource, EntityManager } from 'typeorm';
import { ulid } from 'ulid';
import { recordAudit } from '../audit/record-audit.js';
import { ApiKeyEntity } from '../credentials/api-key.entity.js';
import { hashOfKey } from '../credentials/key-format.js';
import type { KeyResolver } from '../credentials/key-resolver.js';
import type { Keyring } from '../encryption/keyring.js';
import { PortalLinkEntity } from './portal-link.entity.js';
import { PortalSessionEntity } from './portal-session.entity.js';
import { type Grant, readGrant } from './portal-token.js';

const RANDOM_BYTES = 32;
/** A browser that stays open longer opens the link again. */
const VALID_MS = 24 * 60 * 60 * 1_000;
/** Of one link; a further one ends the oldest. */
const SESSIONS = 100;

/** Who came by a link, and stays for a day or until the link ends. */
export class PortalSessions {
  constructor(
    private readonly database: DataSource,
    private readonly keyring: Keyring,
    private readonly resolver: Pick<KeyResolver, 'forget'>,
    private readonly clock: Clock,
  ) {}

  /** A session for whoever has a link's token. */
  async open(token: string, from?: string): Promise<Result<{ session: string; expiresAt: string }>> {
    const grant = readGrant(this.keyring, token);
    if (grant === null) return refused('unauthenticated', 'this portal link is not valid');
    const at = new Date(this.clock.nowMs());
    if (grant.expiresAtMs <= at.getTime()) return refused('unauthenticated', 'this portal link has expired');
    const session = `slp_${randomBytes(RANDOM_BYTES).toString('base64url')}`;
    const expiresAt = new Date(Math.min(grant.expiresAtMs, at.getTime() + VALID_MS));
    return this.database.transaction(async (transaction): Promise<Result<{ session: string; expiresAt: string }>> => {
      const closed = await whyClosed(transaction, grant);
      if (closed !== null) return refused('unauthenticated', closed);
      const { accountId, keyId } = grant;
      const linkId = grant.linkId ?? null;
      const id = `ses_${ulid(at.getTime())}`;
      const hash = hashOfKey(session);
      await transaction.insert(PortalSessionEntity, { id, accountId, keyId, linkId, hash, createdAt: at, expiresAt });
      await endOldest(transaction, grant);
      const opened = { at, accountId, keyId: id, action: 'portal_session.opened' } as const;
      await recordAudit(transaction, { ...opened, subject: linkId ?? keyId, from });
      return accepted({ session, expiresAt: expiresAt.toISOString() });
    });
  }

  /** Whoever asks is out at once, on other gateways within 5 s. */
  async end({ keyId, kind }: Principal): Promise<Result<Record<string, never>>> {
    if (kind !== 'portal') return refused('forbidden', 'this is no session of the portal');
    await this.database.manager.delete(PortalSessionEntity, { id: keyId });
    this.resolver.forget();
    return accepted({});
  }
}

/** Why a link that has not expired opens nothing; null when it does. */
async function whyClosed(transaction: EntityManager, { accountId, keyId, linkId }: Grant): Promise<string | null> {
  const key = await transaction.findOneBy(ApiKeyEntity, { id: keyId, accountId });
  if (key === null || key.revokedAt !== null) return 'this portal link was revoked together with its API key';
  if (linkId === undefined) return null;
  const link = await transaction.findOneBy(PortalLinkEntity, { id: linkId, accountId });
  return link === null || link.revokedAt !== null ? 'this portal link was revoked' : null;
}

async function endOldest(transaction: EntityManager, { accountId, linkId }: Grant): Promise<void> {
  await transaction.query(
    `delete from registry.portal_session where id in (
       select id from registry.portal_session where account_id = $1 and link_id is not distinct from $2
       order by id desc offset $3)`,
    [accountId, linkId ?? null, SESSIONS],
  );
}
