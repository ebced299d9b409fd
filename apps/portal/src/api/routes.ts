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
import { ask } from './ask.js';

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

export interface NewWebhook {
  endpoint: string;
  event_type: string;
  filter: JsonObject | null;
  options: Partial<WebhookOptions>;
  start_from?: string;
}
export const createWebhook = ({ options, filter, ...members }: NewWebhook) =>
  ask<CreatedWebhook>('/v1/webhooks', {
    method: 'POST',
    body: writeJson({ ...members, ...options, ...(filter === null ? {} : { filter }) }),
  });

export interface WebhookChange {
  endpoint?: string;
  filter?: JsonObject | null;
  options: Partial<WebhookOptions>;
}
export const changeWebhook = (id: string, { options, ...members }: WebhookChange) =>
  ask<Webhook>(`/v1/webhooks/${part(id)}`, { method: 'PATCH', body: writeJson({ ...members, ...options }) });
export const deleteWebhook = (id: string) => ask<unknown>(`/v1/webhooks/${part(id)}`, { method: 'DELETE' });

export type Switch = 'pause' | 'resume' | 'enable' | 'disable';
export const switchWebhook = (id: string, turn: Switch) =>
  ask<Webhook>(`/v1/webhooks/${part(id)}/${turn}`, { method: 'POST' });
export const rotateSecret = (id: string, keepPreviousSeconds: number) =>
  ask<{ signing_secret: string; previous_expires_at: string | null }>(`/v1/webhooks/${part(id)}/secret/rotate`, {
    method: 'POST',
    body: JSON.stringify({ keep_previous_seconds: keepPreviousSeconds }),
  });
/** @param data JSON text; the type's example when there is none */
export const sendTest = (id: string, data?: string) =>
  ask<{ delivery_id: string }>(`/v1/webhooks/${part(id)}/test`, {
    method: 'POST',
    body: data === undefined ? '{}' : `{"data":${data}}`,
  });

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
export const resendDelivery = (id: string) => ask<Job>(`/v1/deliveries/${part(id)}/resend`, { method: 'POST' });

export type NewJob =
  | { kind: 'resend'; webhook_ids: string[]; since: string; states: ('exhausted' | 'cancelled')[]; rate?: number }
  | { kind: 'replay'; webhook_ids: string[]; from: string; to?: string; as: 'itself' | 'new'; rate?: number };
export const createJob = (job: NewJob) => ask<Job>('/v1/jobs', { method: 'POST', body: JSON.stringify(job) });
export const getJob = (id: string) => ask<Job>(`/v1/jobs/${part(id)}`);
export const cancelJob = (id: string) => ask<Job>(`/v1/jobs/${part(id)}/cancel`, { method: 'POST' });

export const listEventTypes = () => ask<{ event_types: EventType[] }>('/v1/event-types');
export const previewFilter = (eventType: string, filter: JsonObject | null, signal?: AbortSignal) =>
  ask<Preview>('/v1/filters/preview', {
    method: 'POST',
    body: writeJson({ event_type: eventType, ...(filter === null ? {} : { filter }) }),
    ...(signal ? { signal } : {}),
  });
export const findEvents = (id: string) => ask<{ events: EventTrail[] }>(at('/v1/events', { id }));
export const getEventData = (source: string, id: string) => ask<EventData>(at('/v1/events/data', { source, id }));
