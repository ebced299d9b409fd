import type { Principal } from '@sluice/contracts/principal';
import type { WebhookSummary } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import { type DataSource, IsNull } from 'typeorm';
import { countBaseWebhooks } from '../base-webhooks/base-limits.js';
import { AccountEntity } from '../credentials/account.entity.js';
import { ApiKeyEntity } from '../credentials/api-key.entity.js';
import type { Keyring } from '../encryption/keyring.js';
import { listWebhooks } from '../webhooks/webhook-list.js';
import { readGrant, signGrant } from './portal-token.js';

/** How long a link opens the portal. */
const VALID_MS = 7 * 24 * 60 * 60 * 1_000;
const WEBHOOKS_SHOWN = 1_000;

/** Links that open one account's webhooks to whoever has them, and nothing else (contract airstack, `portal_link`). */
export class PortalLinks {
  constructor(
    private readonly database: DataSource,
    private readonly keyring: Keyring,
    private readonly clock: Clock,
  ) {}

  token({ accountId, keyId }: Principal): string {
    return signGrant(this.keyring, { accountId, keyId, expiresAtMs: this.clock.nowMs() + VALID_MS });
  }

  /** What a token shows: the newest 1,000 webhooks, and how many there are. */
  async open(token: string): Promise<Result<{ accountName: string; webhooks: WebhookSummary[]; total: number }>> {
    const grant = readGrant(this.keyring, token);
    if (grant === null) return refused('unauthenticated', 'this portal link is not valid');
    if (grant.expiresAtMs <= this.clock.nowMs()) return refused('unauthenticated', 'this portal link has expired');
    const { accountId, keyId } = grant;
    const { manager } = this.database;
    if (!(await manager.existsBy(ApiKeyEntity, { id: keyId, accountId, revokedAt: IsNull() }))) {
      return refused('unauthenticated', 'this portal link was revoked together with its API key');
    }
    const account = await manager.findOneByOrFail(AccountEntity, { id: accountId });
    const { webhooks } = await listWebhooks(this.database, accountId, { limit: WEBHOOKS_SHOWN });
    return accepted({
      accountName: account.name,
      webhooks,
      total: account.webhookCount + (await countBaseWebhooks(manager, accountId)),
    });
  }
}
