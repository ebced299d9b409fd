import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import type { Webhook, WebhookOptions } from '../api/answers.js';
import { prettyJson } from '../json/pretty-json.js';

/** What stands in the form, as it was typed. */
export interface WebhookForm {
  endpoint: string;
  eventType: string;
  filter: string;
  description: string;
  ordering: 'none' | 'subject';
  rateLimit: string;
  concurrency: string;
  retrySchedule: string;
}

export const emptyForm: WebhookForm = {
  endpoint: '',
  eventType: '',
  filter: '',
  description: '',
  ordering: 'none',
  rateLimit: '',
  concurrency: '',
  retrySchedule: '',
};

export const formOf = (webhook: Webhook): WebhookForm => ({
  endpoint: webhook.endpoint ?? '',
  eventType: webhook.event_type,
  filter: webhook.filter === null ? '' : prettyJson(webhook.filter),
  description: webhook.description ?? '',
  ordering: webhook.ordering,
  rateLimit: webhook.rate_limit?.toString() ?? '',
  concurrency: webhook.concurrency?.toString() ?? '',
  retrySchedule: webhook.retry_schedule?.join(', ') ?? '',
});

export const optionsOf = (form: WebhookForm): WebhookOptions => ({
  description: form.description.trim() === '' ? null : form.description.trim(),
  ordering: form.ordering,
  rate_limit: numberOf(form.rateLimit),
  concurrency: numberOf(form.concurrency),
  retry_schedule: form.retrySchedule.trim() === '' ? null : form.retrySchedule.split(',').map((text) => Number(text)),
});

const numberOf = (text: string): number | null => (text.trim() === '' ? null : Number(text));

/** The filter of a form whose filter is right; null for none. */
export function filterOfForm({ filter }: WebhookForm): JsonObject | null {
  if (filter.trim() === '') return null;
  const value = parseJson(filter);
  return isJsonObject(value) ? value : null;
}

export interface EndpointCheck {
  tone: 'good' | 'bad' | 'warn' | 'none';
  message: string;
}

/** What can be said of an endpoint before anything was sent there. */
export function checkEndpoint(typed: string): EndpointCheck {
  const text = typed.trim();
  if (text === '')
    return { tone: 'none', message: 'A URL of yours that takes POST requests and answers with 2xx within 20 s.' };
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return { tone: 'bad', message: 'This is no complete URL yet: https://example.com/webhooks, for example.' };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { tone: 'bad', message: 'The URL must begin with https://.' };
  if (url.username !== '' || url.password !== '')
    return { tone: 'bad', message: 'A user name or password in the URL is not sent. Verify the signature instead.' };
  if (url.hash !== '') return { tone: 'bad', message: 'The part behind # is never sent.' };
  if (url.protocol === 'http:')
    return { tone: 'warn', message: 'Plain http: what is delivered can be read on the way.' };
  return { tone: 'good', message: `Deliveries go to ${url.host} by TLS.` };
}
