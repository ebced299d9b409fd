import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import * as routes from './routes.js';

const HOUR_MS = 3_600_000;

/** What is asked, under the keys by which it is asked again: those about a webhook have its id in second place. */
export const queries = {
  account: () =>
    queryOptions({ queryKey: ['account'], queryFn: routes.getAccount, staleTime: Number.POSITIVE_INFINITY }),
  webhooks: (query: routes.WebhookQuery) =>
    queryOptions({
      queryKey: ['webhooks', 'list', query],
      queryFn: ({ signal }) => routes.listWebhooks(query, signal),
      placeholderData: keepPreviousData,
    }),
  webhook: (id: string) => queryOptions({ queryKey: ['webhook', id], queryFn: () => routes.getWebhook(id) }),
  /** As it was when it was asked: what is typed over it must not change below the hands. */
  webhookToChange: (id: string) =>
    queryOptions({
      queryKey: ['webhook-to-change', id],
      queryFn: () => routes.getWebhookWithTag(id),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  lastDay: (ids: readonly string[]) =>
    queryOptions({
      queryKey: ['webhooks', 'last-day', ids],
      queryFn: () => routes.getManyStatistics(ids, new Date(Date.now() - 24 * HOUR_MS).toISOString()),
      enabled: ids.length > 0,
      placeholderData: keepPreviousData,
    }),
  statistics: (id: string, hours: number) =>
    queryOptions({
      queryKey: ['statistics', id, hours],
      queryFn: () => {
        const now = Date.now();
        return routes.getStatistics(id, new Date(now - hours * HOUR_MS).toISOString(), new Date(now).toISOString());
      },
      placeholderData: keepPreviousData,
    }),
  deliveries: (webhookId: string, query: routes.DeliveryQuery) =>
    queryOptions({
      queryKey: ['deliveries', webhookId, query],
      queryFn: () => routes.listDeliveries({ webhook_id: webhookId, limit: 25, ...query }),
      placeholderData: keepPreviousData,
    }),
  delivery: (webhookId: string, id: string) =>
    queryOptions({ queryKey: ['delivery', webhookId, id], queryFn: () => routes.getDelivery(id) }),
  /** By its id alone: of which webhook it is, is not known yet. */
  anyDelivery: (id: string) => queryOptions({ queryKey: ['any-delivery', id], queryFn: () => routes.getDelivery(id) }),
  job: (id: string) => queryOptions({ queryKey: ['job', id], queryFn: () => routes.getJob(id) }),
  eventTypes: () => queryOptions({ queryKey: ['event-types'], queryFn: routes.listEventTypes, staleTime: 60_000 }),
  events: (id: string) => queryOptions({ queryKey: ['events', id], queryFn: () => routes.findEvents(id) }),
  eventData: (source: string, id: string) =>
    queryOptions({
      queryKey: ['event-data', source, id],
      queryFn: () => routes.getEventData(source, id),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};
