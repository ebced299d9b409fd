import type { KeyKind, KeyScope, Principal } from '@sluice/contracts/principal';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { SCOPES_OF_KIND } from './key-scopes.js';
import type { Resolved } from './resolved-principal.js';

/** Who stands behind the API key with this hash, by the database's clock. */
export async function findKey(database: DataSource, hash: Buffer, { shiftMs }: Clock): Promise<Resolved> {
  const [row] = await database.query<KeyRow[]>(
    `select key.id, key.account_id, key.kind, key.audience, key.scopes, key.expires_at, key.revoked_at is not null as revoked,
       coalesce(key.expires_at <= clock_timestamp() + $2 * interval '1 millisecond', false) as expired, account.operator
     from registry.api_key key join registry.account on account.id = key.account_id where key.hash = $1`,
    [hash, shiftMs],
  );
  if (row === undefined) return { known: false };
  const { kind, audience, operator } = row;
  const scopes = row.scopes ?? SCOPES_OF_KIND[kind];
  const over = row.revoked ? 'the API key was revoked' : row.expired ? 'the API key has expired' : null;
  return {
    known: true,
    principal: {
      keyId: row.id,
      accountId: row.account_id,
      kind,
      audience,
      operator,
      scopes,
      expiresAt: row.expires_at,
    },
    over,
  };
}

interface KeyRow {
  id: string;
  account_id: string;
  kind: KeyKind;
  audience: Principal['audience'];
  scopes: KeyScope[] | null;
  expires_at: Date | null;
  revoked: boolean;
  expired: boolean;
  operator: boolean;
}
