import type { Principal } from '@sluice/contracts/principal';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { type AuditedAction, recordAudit } from '../audit/record-audit.js';
import { databaseTime } from '../database/database-time.js';
import type { FollowerLeases } from '../feed/follower-leases.js';
import { changeWebhook, lockWebhook, type WebhookChange } from './change-webhook.js';
import { noFilterWebhook } from './unknown-webhook.js';
import type { ChangedWebhook } from './update-webhook.js';
import type { WebhookEntity } from './webhook.entity.js';
import { taggedSummary } from './webhook-summary.js';

type Turn = Parameters<Registry['switchWebhook']>[0]['turn'];

interface Way {
  /** In which states it can be turned so. */
  from: readonly WebhookEntity['state'][];
  change(at: Date): WebhookChange & { state: WebhookEntity['state'] };
  action: AuditedAction['action'];
  fact: 'webhook.updated' | 'webhook.disabled';
}

const BY_OWNER = 'disabled by its owner';

const WAYS: Readonly<Record<Turn, Way>> = {
  pause: {
    from: ['enabled'],
    change: () => ({ state: 'paused' }),
    action: 'webhook.paused',
    fact: 'webhook.updated',
  },
  resume: {
    from: ['paused'],
    change: () => ({ state: 'enabled' }),
    action: 'webhook.resumed',
    fact: 'webhook.updated',
  },
  disable: {
    from: ['enabled', 'paused'],
    change: (at) => ({ state: 'disabled', disabledAt: at, disabledReason: BY_OWNER }),
    action: 'webhook.disabled',
    fact: 'webhook.disabled',
  },
  enable: {
    from: ['disabled'],
    change: (at) => ({ state: 'enabled', enabledAt: at, disabledAt: null, disabledReason: null }),
    action: 'webhook.enabled',
    fact: 'webhook.updated',
  },
};

/** What must happen first, by the state in which a turn is not possible. */
const IMPOSSIBLE: Readonly<Partial<Record<WebhookEntity['state'], string>>> = {
  disabled: 'the webhook is disabled: enable it first',
  paused: 'the webhook is paused: resume it instead',
};

/** The states of filter webhooks, as their owners turn them. */
export class WebhookSwitches {
  constructor(
    private readonly database: DataSource,
    private readonly leases: FollowerLeases,
    private readonly clock: Clock,
  ) {}

  /** Answers when every living dispatcher knows, or its lease is over; also when it was so before. */
  async turn(principal: Principal, id: string, turn: Turn, from?: string): Promise<Result<ChangedWebhook>> {
    const turned = await this.commit(principal, id, WAYS[turn], from);
    if (turned.ok) await this.leases.applied(turned.value.revision);
    return turned;
  }

  private commit(
    { accountId, keyId }: Principal,
    id: string,
    way: Way,
    from: string | undefined,
  ): Promise<Result<ChangedWebhook>> {
    return this.database.transaction(async (transaction): Promise<Result<ChangedWebhook>> => {
      const webhook = await lockWebhook(transaction, { id, accountId });
      if (webhook === null || webhook.deletedAt !== null) return noFilterWebhook(transaction, { id, accountId });
      const at = await databaseTime(transaction, this.clock);
      const change = way.change(at);
      if (webhook.state === change.state) {
        return accepted({ ...taggedSummary(webhook), revision: webhook.revision });
      }
      const impossible = way.from.includes(webhook.state) ? undefined : IMPOSSIBLE[webhook.state];
      if (impossible !== undefined) return refused('conflict', impossible);
      const reason = change.disabledReason ?? undefined;
      const why = reason === undefined ? {} : { reason };
      await recordAudit(transaction, { at, accountId, keyId, action: way.action, subject: id, from, ...why });
      const revision = await changeWebhook(transaction, webhook, change, { type: way.fact, at, ...why });
      return accepted({ ...taggedSummary({ ...webhook, ...change }), revision });
    });
  }
}
