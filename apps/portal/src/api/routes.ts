import type { JsonObject } from '@sluice/exact-json/json-value';
import { writeJson } from '@sluice/exact-json/write-json';
import type {
  Account,
  CreatedWebhook,
  Delivery,
  DeliveryState,
  DeliverySummary,
  EventData,
  EventTrail,
  EventType,
  Job,
  ManyStatistics,
  Preview,
  Statistics,
  Webhook,
  WebhookOptions,
} from './answers.js';
import { ask, askWithTag } from './ask.js';
import { askOnce } from './ask-once.js';

/** Every route of the API that this page asks (docs/api.md). */

type Query = Record<string, string | number | undefined>;

const at = (path: string, query: Query = {}): string => {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
};

const part = encodeURIComponent;

export const getAccount = () => ask<Account>('/v1/account');
export const endSession = () => ask<unknown>('/v1/portal-session', { method: 'DELETE' });

export interface WebhookQuery {
  search?: string;
  state?: string;
  cursor?: string;
  limit?: number;
}
export const listWebhooks = (query: WebhookQuery, signal?: AbortSignal) =>
  ask<{ webhooks: Webhook[]; next_cursor: string | null }>(at('/v1/webhooks', { ...query }), signal ? { signal } : {});
export const getWebhook = (id: string) => ask<Webhook>(`/v1/webhooks/${part(id)}`);
/** With the ETag by which it is changed only as long as it is so. */
export const getWebhookWithTag = (id: string) => askWithTag<Webhook>(`/v1/webhooks/${part(id)}`);

export interface NewWebhook {
  endpoint: string;
  event_type: string;
  filter: JsonObject | null;
  options: Partial<WebhookOptions>;
  start_from?: string;
}
export const createWebhook = ({ options, filter, ...members }: NewWebhook) =>
  askOnce<CreatedWebhook>(
    '/v1/webhooks',
    writeJson({ ...members, ...options, ...(filter === null ? {} : { filter }) }),
  );

export interface WebhookChange {
  endpoint?: string;
  filter?: JsonObject | null;
  options: Partial<WebhookOptions>;
}
/** @param etag of the state that is changed: if it is another one by now, the answer is a 412 */
export const changeWebhook = (id: string, { options, ...members }: WebhookChange, etag: string | null) =>
  ask<Webhook>(`/v1/webhooks/${part(id)}`, {
    method: 'PATCH',
    body: writeJson({ ...members, ...options }),
    ...(etag === null ? {} : { headers: { 'If-Match': etag } }),
  });
export const deleteWebhook = (id: string) => ask<unknown>(`/v1/webhooks/${part(id)}`, { method: 'DELETE' });

export type Switch = 'pause' | 'resume' | 'enable' | 'disable';
export const switchWebhook = (id: string, turn: Switch) =>
  ask<Webhook>(`/v1/webhooks/${part(id)}/${turn}`, { method: 'POST' });
export const getSecret = (id: string) => ask<{ signing_secret: string }>(`/v1/webhooks/${part(id)}/secret`);
export const rotateSecret = (id: string, keepPreviousSeconds: number) =>
  askOnce<{ signing_secret: string; previous_expires_at: string | null }>(
    `/v1/webhooks/${part(id)}/secret/rotate`,
    JSON.stringify({ keep_previous_seconds: keepPreviousSeconds }),
  );
/** @param data JSON text, sent as it is written */
export const sendTest = (id: string, data: string) =>
  askOnce<{ delivery_id: string }>(`/v1/webhooks/${part(id)}/test`, `{"data":${data}}`);

export const getStatistics = (id: string, from: string, to: string) =>
  ask<Statistics>(at(`/v1/webhooks/${part(id)}/statistics`, { from, to }));
export const getManyStatistics = (ids: readonly string[], from: string) =>
  ask<ManyStatistics>(at('/v1/statistics', { webhook_ids: ids.join(','), from }));

export interface DeliveryQuery {
  webhook_id?: string;
  state?: DeliveryState;
  since?: string;
  until?: string;
  event_id?: string;
  limit?: number;
  cursor?: string;
}
export const listDeliveries = (query: DeliveryQuery) =>
  ask<{ deliveries: DeliverySummary[]; next_cursor: string | null }>(at('/v1/deliveries', { ...query }));
export const getDelivery = (id: string) => ask<Delivery>(`/v1/deliveries/${part(id)}`);
export const resendDelivery = (id: string) => askOnce<Job>(`/v1/deliveries/${part(id)}/resend`);

export type NewJob =
  | { kind: 'resend'; webhook_ids: string[]; since: string; states: ('exhausted' | 'cancelled')[]; rate?: number }
  | { kind: 'replay'; webhook_ids: string[]; from: string; to?: string; as: 'itself' | 'new'; rate?: number }
  | { kind: 'try_now'; webhook_ids: string[] };
export const createJob = (job: NewJob) => askOnce<Job>('/v1/jobs', JSON.stringify(job));
export const getJob = (id: string) => ask<Job>(`/v1/jobs/${part(id)}`);
export const cancelJob = (id: string) => ask<Job>(`/v1/jobs/${part(id)}/cancel`, { method: 'POST' });

/** All of them: an account may have fewer than a page holds. */
export const listEventTypes = () => ask<{ event_types: EventType[] }>('/v1/event-types');
export const previewFilter = (eventType: string, filter: JsonObject | null, signal?: AbortSignal) =>
  ask<Preview>('/v1/filters/preview', {
    method: 'POST',
    body: writeJson({ event_type: eventType, ...(filter === null ? {} : { filter }) }),
    ...(signal ? { signal } : {}),
  });
export const findEvents = (id: string) => ask<{ events: EventTrail[]; more: boolean }>(at('/v1/events', { id }));
export const getEventData = (source: string, id: string) => ask<EventData>(at('/v1/events/data', { source, id }));
