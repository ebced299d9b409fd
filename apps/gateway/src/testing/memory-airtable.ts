import { randomBytes } from 'node:crypto';
import type { AirtableWebhooks, BaseWebhook } from '@sluice/contracts/airtable-commands';
import type { PayloadListState, PayloadLists } from '@sluice/contracts/payload-commands';
import { accepted, type Refusal, type Result, refused } from '@sluice/contracts/result';

export const BASE = 'appA1b2C3d4E5f6G7';
export const IN_A_WEEK = '2026-06-08T09:30:00.123Z';
const ABSENT = refused('not_found', 'there is no webhook of this id in the base: create one');

type Command = keyof AirtableWebhooks | keyof PayloadLists;

/** The registry's and the dispatcher's contracts on one base's webhooks as far as the gateway's tests need them. */
export class MemoryAirtable {
  /** Those that may do everything with {@link BASE}; what they create expires, or not. */
  readonly credentials = new Map([
    ['pat', { expires: true }],
    ['legacy', { expires: false }],
  ]);
  readonly webhooks: BaseWebhook[] = [];
  readonly states = new Map<string, PayloadListState>();
  readonly payloads = new Map<string, string[]>();
  readonly asked: { command: Command; request: unknown }[] = [];
  /** What a command is refused with, whoever asks. */
  readonly refusals = new Map<Command, Refusal>();
  /** What a command throws, or does before it answers. */
  before: (command: Command) => Promise<void> = async () => {};
  revision = 100;

  /** Of the registry. */
  readonly registry: AirtableWebhooks = {
    createBaseWebhook: (request) =>
      this.answer('createBaseWebhook', request, ({ expires }) => {
        const { notificationUrl, specification } = request;
        const webhook = {
          id: `ach${randomBytes(7).toString('hex')}`,
          specification,
          notificationUrl,
          areNotificationsEnabled: notificationUrl !== null,
          isHookEnabled: true,
          expirationTime: expires ? IN_A_WEEK : null,
        };
        this.webhooks.push(webhook);
        const { id, expirationTime } = webhook;
        return accepted({ id, macSecretBase64: 'c2VjcmV0LWtleQ==', expirationTime, revision: ++this.revision });
      }),
    listBaseWebhooks: (request) =>
      this.answer('listBaseWebhooks', request, () => accepted({ webhooks: [...this.webhooks] })),
    readPayloads: () => Promise.reject(new Error('the dispatcher asks this')),
    visibleWebhooks: (request) =>
      this.answer('visibleWebhooks', request, () => accepted({ webhookIds: request.webhookIds })),
    refreshBaseWebhook: (request) =>
      this.answer('refreshBaseWebhook', request, () => {
        const webhook = this.find(request.webhookId);
        return webhook === undefined ? ABSENT : accepted({ expirationTime: webhook.expirationTime });
      }),
    enableNotifications: (request) =>
      this.answer('enableNotifications', request, () => {
        const webhook = this.find(request.webhookId);
        if (webhook === undefined) return ABSENT;
        webhook.areNotificationsEnabled = request.enable;
        return accepted({ revision: ++this.revision });
      }),
    deleteBaseWebhook: (request) =>
      this.answer('deleteBaseWebhook', request, () => {
        const webhook = this.find(request.webhookId);
        if (webhook === undefined) return ABSENT;
        this.webhooks.splice(this.webhooks.indexOf(webhook), 1);
        return accepted({ revision: ++this.revision });
      }),
    disableNotifications: () => Promise.reject(new Error('the dispatcher asks this')),
    invalidateWebhook: () => Promise.reject(new Error('the dispatcher asks this')),
  };

  /** Of the dispatcher. */
  readonly dispatcher: PayloadLists = {
    listPayloads: (request) =>
      this.answer('listPayloads', request, () => {
        const { webhookId, cursor, limit } = request;
        if (this.find(webhookId) === undefined) return ABSENT;
        const all = this.payloads.get(webhookId) ?? [];
        const page = all.slice(cursor - 1, cursor - 1 + limit);
        const next = cursor + page.length;
        return accepted({ payloads: page, cursor: next, mightHaveMore: next <= all.length });
      }),
    payloadListStates: (request) =>
      this.answer('payloadListStates', request, () =>
        accepted({
          states: [...this.states.values()].filter(({ webhookId }) => request.webhookIds.includes(webhookId)),
        }),
      ),
  };

  /** What the last command of this name was asked. */
  lastOf(command: Command): unknown {
    return this.asked.findLast((each) => each.command === command)?.request;
  }

  private find(id: string): BaseWebhook | undefined {
    return this.webhooks.find((webhook) => webhook.id === id);
  }

  private async answer<A>(
    command: Command,
    request: { credential: string; baseId: string },
    give: (caller: { expires: boolean }) => Result<A>,
  ): Promise<Result<A>> {
    this.asked.push({ command, request });
    await this.before(command);
    const caller = this.credentials.get(request.credential);
    if (caller === undefined) return refused('unauthenticated', 'this token is not known');
    if (request.baseId !== BASE) return refused('hidden', 'no such base, or not for you');
    const refusal = this.refusals.get(command);
    return refusal === undefined ? give(caller) : { ok: false, refusal };
  }
}
