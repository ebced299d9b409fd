import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { PORTAL_SCOPES } from './key-scopes.js';
import type { Resolved } from './resolved-principal.js';

/** Who stands behind the session of the portal with this hash: it counts as long as its time, its link and the key that made the link. */
export async function findPortalSession(database: DataSource, hash: Buffer, { shiftMs }: Clock): Promise<Resolved> {
  const [row] = await database.query<SessionRow[]>(
    `select session.id, session.account_id, session.expires_at,
       session.expires_at <= clock_timestamp() + $2 * interval '1 millisecond' as expired,
       link.revoked_at is not null or key.revoked_at is not null as revoked
     from registry.portal_session session
     join registry.api_key key on key.id = session.key_id
     left join registry.portal_link link on link.id = session.link_id
     where session.hash = $1`,
    [hash, shiftMs],
  );
  if (row === undefined) return { known: false };
  const own = { kind: 'portal', audience: 'own', operator: false, scopes: PORTAL_SCOPES } as const;
  const over = row.revoked ? 'the link to this portal was revoked' : row.expired ? PORTAL_SESSION_OVER : null;
  return {
    known: true,
    principal: { keyId: row.id, accountId: row.account_id, expiresAt: row.expires_at, ...own },
    over,
  };
}

/** What is told of a session that was ended, or whose time is over. */
export const PORTAL_SESSION_OVER = 'this session of the portal has ended: open the portal by its link again';

interface SessionRow {
  id: string;
  account_id: string;
  expires_at: Date;
  expired: boolean;
  revoked: boolean;
}
