import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { Bases } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, refused } from '@sluice/contracts/result';
import type { BaseWebhook, FeedChange, FeedWebhook, FilterWebhook } from '@sluice/contracts/webhook-feed';
import { type Clock, systemClock } from '@sluice/service-kit/clock';
import type { DispatcherSurroundings } from '../dispatcher.module.js';

type Registry = DispatcherSurroundings['registry'];

/** The registry's change feed in memory, with what it is told and asked besides: the registry itself is another service. */
export class WebhookFeed implements Registry {
  readonly #newest = new Map<string, FeedChange>();
  readonly #applied = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  readonly #reports = new Set<() => void>();
  readonly disabled: string[] = [];
  /** Webhooks whose notifications were turned off, in the order in which they were. */
  readonly silenced: string[] = [];
  /** What was told of bases' schemas, in the order in which it was. */
  readonly learnt: Parameters<Bases['learnSchema']>[0][] = [];
  readonly invalidated: string[] = [];
  /** What differs of the principals of these credentials. */
  readonly principals = new Map<string, Partial<Principal>>();
  revision = 0;
  /** While set, the registry can't be reached. */
  away = false;
  /** Followers are answered when it resolves. */
  stalled: Promise<unknown> = Promise.resolve();
  /** How often a follower asked. */
  asked = 0;

  constructor(readonly clock: Pick<Clock, 'nowMs'> = systemClock) {}

  put(webhook: FeedWebhook): void {
    this.#change(webhook.id, webhook);
  }

  putAll(webhooks: readonly FeedWebhook[]): void {
    for (const webhook of webhooks) this.#newest.set(webhook.id, this.#next(webhook.id, webhook));
    ring(this.#waiting);
  }

  /** Resolves as the registry's command does: when every dispatcher has applied it. */
  async delete(webhookId: string): Promise<void> {
    await this.#everywhere(this.#change(webhookId, null));
  }

  async update(webhookId: string, change: Partial<FilterWebhook> | Partial<BaseWebhook>): Promise<void> {
    const webhook = this.#newest.get(webhookId)?.webhook;
    if (!webhook) throw new Error(`there is no webhook ${webhookId}`);
    await this.#everywhere(this.#change(webhookId, { ...webhook, ...change } as FeedWebhook));
  }

  readonly follow: Registry['follow'] = async ({ dispatcher, after, waitMs, limit, starting }) => {
    this.asked += 1;
    await this.stalled;
    this.#reachable();
    if (!starting) {
      this.#applied.set(dispatcher, after);
      ring(this.#reports);
    }
    if (this.revision === after) await rung(this.#waiting, waitMs);
    await this.stalled;
    this.#reachable();
    const later = [...this.#newest.values()].filter(({ revision }) => revision > after);
    const changes = later.sort((a, b) => a.revision - b.revision).slice(0, limit);
    const more = changes.length < later.length;
    return {
      revision: more ? changes.at(-1)!.revision : this.revision,
      changes,
      more,
      dispatchers: Math.max(1, this.#applied.size),
    };
  };

  readonly startWebhookFrom: Registry['startWebhookFrom'] = async ({ webhookId, startFrom }) => {
    this.#reachable();
    await this.update(webhookId, { startFrom });
    return accepted({ revision: this.revision });
  };

  readonly leave: Registry['leave'] = async ({ dispatcher }) => {
    this.#applied.delete(dispatcher);
    ring(this.#reports);
    return {};
  };

  readonly disableWebhook: Registry['disableWebhook'] = async ({ webhookId, reason }) => {
    this.#reachable();
    this.disabled.push(`${webhookId}: ${reason}`);
    const webhook = this.#newest.get(webhookId)?.webhook;
    if (webhook?.dialect === 'airstack') {
      this.#change(webhookId, {
        ...webhook,
        state: 'disabled',
        disabledAt: new Date(this.clock.nowMs()).toISOString(),
        disabledReason: reason,
      });
    }
    return { revision: this.revision };
  };

  readonly disableNotifications: AirtableWebhooks['disableNotifications'] = async ({ webhookId, reason }) => {
    this.#reachable();
    this.silenced.push(`${webhookId}: ${reason}`);
    const webhook = this.#newest.get(webhookId)?.webhook;
    if (webhook?.dialect === 'airtable') this.#change(webhookId, { ...webhook, notificationsEnabled: false });
    return { revision: this.revision };
  };

  readonly invalidateWebhook: AirtableWebhooks['invalidateWebhook'] = async ({ webhookId }) => {
    this.#reachable();
    this.invalidated.push(webhookId);
    const webhook = this.#newest.get(webhookId)?.webhook;
    if (webhook?.dialect === 'airtable') this.#change(webhookId, { ...webhook, state: 'invalid' });
    return { revision: this.revision };
  };

  readonly learnSchema: Bases['learnSchema'] = async (learnt) => {
    this.#reachable();
    this.learnt.push(learnt);
    return {};
  };

  readonly livingBases: Bases['livingBases'] = async ({ bases }) => ({ baseIds: bases.map(({ baseId }) => baseId) });

  /** Whoever has the id of the base's account may. */
  readonly readPayloads: AirtableWebhooks['readPayloads'] = async ({ credential, baseId, webhookId }) =>
    this.#isVisible(webhookId, credential, baseId) ? accepted({}) : refused('not_found', 'there is no such webhook');

  readonly visibleWebhooks: AirtableWebhooks['visibleWebhooks'] = async ({ credential, baseId, webhookIds }) =>
    accepted({ webhookIds: webhookIds.filter((id) => this.#isVisible(id, credential, baseId)) });

  /** Credentials are account ids here, those of live keys. */
  readonly authorize: Registry['authorize'] = async ({ credential }) => ({
    ok: true,
    value: {
      ...{ keyId: credential, accountId: credential, kind: 'live', audience: 'own', operator: false },
      ...this.principals.get(credential),
    },
  });

  readonly getWebhook: Registry['getWebhook'] = async ({ credential, webhookId }) => {
    this.#reachable();
    const webhook = this.#newest.get(webhookId)?.webhook;
    if (webhook?.dialect !== 'airstack' || webhook.accountId !== credential) {
      return refused('not_found', 'there is no such webhook');
    }
    return accepted({ webhook: { ...webhook, baseId: null, description: null } });
  };

  #isVisible(webhookId: string, accountId: string, baseId: string): boolean {
    this.#reachable();
    const webhook = this.#newest.get(webhookId)?.webhook;
    return webhook?.dialect === 'airtable' && webhook.accountId === accountId && webhook.baseId === baseId;
  }

  #next(webhookId: string, webhook: FeedWebhook | null): FeedChange {
    this.revision += 1;
    return { revision: this.revision, webhookId, webhook };
  }

  #change(webhookId: string, webhook: FeedWebhook | null): number {
    const change = this.#next(webhookId, webhook);
    this.#newest.set(webhookId, change);
    ring(this.#waiting);
    return change.revision;
  }

  async #everywhere(revision: number): Promise<void> {
    while ([...this.#applied.values()].some((applied) => applied < revision)) await rung(this.#reports, 1_000);
  }

  #reachable(): void {
    if (this.away) throw new Error('the registry is away');
  }
}

function ring(waiting: Set<() => void>): void {
  const woken = [...waiting];
  waiting.clear();
  for (const wake of woken) wake();
}

const rung = (waiting: Set<() => void>, longestMs: number): Promise<void> =>
  new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, longestMs);
    waiting.add(wake);
  });
