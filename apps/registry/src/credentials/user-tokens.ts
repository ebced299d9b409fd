import type { Scope, UserToken } from '@sluice/contracts/base-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { ALL_SCOPES, type Holder } from './holder.js';
import { hashOfToken } from './token-format.js';

/** Bounds how long a revoked token still works here (docs/architecture.md section 6). */
const REMEMBERED_MS = 5_000;
const REMEMBERED_TOKENS = 10_000;

interface Remembered {
  holder: Result<Holder>;
  untilMs: number;
}

/** Finds who stands behind a user's token. Known tokens are remembered for at most 5 s; unknown ones never. */
export class UserTokens {
  private remembered = new BoundedMap<string, Remembered>(REMEMBERED_TOKENS);

  constructor(
    private readonly database: DataSource,
    private readonly clock: Clock,
  ) {}

  /** As of at most 5 s ago. */
  async read(token: string): Promise<Result<Holder>> {
    // An answer that was under way while all was forgotten ends up in the memory that is gone.
    const { remembered } = this;
    const hash = hashOfToken(token);
    const key = hash.toString('base64');
    const found = remembered.get(key);
    const nowMs = this.clock.monotonicMs();
    if (found !== undefined && found.untilMs > nowMs) return found.holder;
    const [row] = await this.database.query<TokenRow[]>(
      `select id, user_id, kind, scopes, bases, revoked_at is not null as revoked from registry.user_token where hash = $1`,
      [hash],
    );
    if (row === undefined) return refused('unauthenticated', 'the token is unknown');
    const holder = holderOf(row);
    remembered.set(key, { holder, untilMs: nowMs + REMEMBERED_MS });
    return holder;
  }

  /** A token or its user was taken away through this process: that counts here at once. */
  forget(): void {
    this.remembered = new BoundedMap(REMEMBERED_TOKENS);
  }
}

interface TokenRow {
  id: string;
  user_id: string;
  kind: UserToken['kind'];
  scopes: Scope[];
  bases: string[] | null;
  revoked: boolean;
}

function holderOf({ id: tokenId, user_id: userId, kind, scopes, bases, revoked }: TokenRow): Result<Holder> {
  if (revoked) return refused('unauthenticated', 'the token was revoked');
  const identity = { kind, userId, tokenId };
  // A legacy key has no scopes and no list of bases: it may all that its user may.
  if (kind === 'user_api_key') return accepted({ identity, scopes: ALL_SCOPES, bases: null });
  return accepted({ identity, scopes: new Set(scopes), bases });
}
