import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';

/** What the API answers (docs/api.md), as far as this page reads it. Moments are ISO 8601. */

export interface Account {
  id: string;
  name: string;
  caller: { kind: 'key' | 'portal'; expires_at: string | null };
}

export type WebhookState = 'enabled' | 'paused' | 'disabled' | 'expired' | 'invalid';

export interface Webhook {
  webhook_id: string;
  dialect: 'airstack' | 'airtable';
  base_id: string | null;
  endpoint: string | null;
  event_type: string;
  description: string | null;
  state: WebhookState;
  disabled_reason: string | null;
  disabled_at: string | null;
  ordering: 'none' | 'subject';
  rate_limit: number | null;
  concurrency: number | null;
  retry_schedule: number[] | null;
  created_at: string;
  filter: JsonObject | null;
}

export interface CreatedWebhook extends Webhook {
  header: { name: string; value: string };
  signing_secret: string;
  job?: Job;
}

export interface EventType {
  name: string;
  description: string;
  built_in: boolean;
  schema: JsonValue;
  example: JsonValue;
}

export interface Latencies {
  p50: number;
  p95: number;
  p99: number;
}

interface Counts {
  attempts: number;
  succeeded: number;
  failed: number;
  success_rate: number | null;
  latency_ms: Latencies | null;
}

export interface Hour extends Counts {
  hour: string;
}

interface Totals extends Counts {
  delivered: number;
  exhausted: number;
  cancelled: number;
}

export interface Statistics {
  webhook_id: string;
  from: string;
  to: string;
  total: Totals;
  hours: Hour[];
}

/** Of several webhooks at once. */
export interface ManyStatistics {
  webhooks: { webhook_id: string; total: Totals; last_delivery_at: string | null; hours: Hour[] }[];
}

export type DeliveryState = 'pending' | 'delivered' | 'exhausted' | 'cancelled';

export interface Attempt {
  number: number;
  at: string;
  status: number | null;
  error: string | null;
  latency_ms: number;
  response_excerpt: string | null;
  response_headers: Record<string, string> | null;
}

export interface DeliverySummary {
  id: string;
  webhook_id: string;
  event: { source: string; id: string; type: string; accepted_at: string } | null;
  state: DeliveryState;
  reason: string | null;
  next_attempt_at: string | null;
  ended_at: string | null;
  attempts_made: number;
  last_status: number | null;
}

export interface SentRequest {
  method: string;
  url: string | null;
  headers: Record<string, string>;
  body: string | null;
  body_encoding: 'utf8' | 'base64';
  body_bytes: number | null;
}

export interface Delivery extends DeliverySummary {
  attempts: Attempt[];
  request: SentRequest | null;
  next: { at: string | null; because: string } | null;
}

export interface EventTrail {
  source: string;
  id: string;
  type: string;
  accepted_at: string;
  matched: number;
  deliveries: {
    id: string;
    webhook_id: string;
    state: DeliveryState;
    next_attempt_at: string | null;
    attempts: Attempt[];
  }[];
  payloads: { webhook_id: string; numbers: number[] }[];
  unmatched: { webhook_id: string; reason: string }[];
  /** There are more, which are not told. */
  unmatched_more: boolean;
}

export interface PreviewedEvent {
  source: string;
  id: string;
  accepted_at: string;
  matched: boolean;
  reason: string | null;
}

export interface Preview {
  considered: number;
  matched: number;
  events: PreviewedEvent[];
}

export interface EventData {
  source: string;
  id: string;
  type: string;
  accepted_at: string;
  data: string | null;
  data_encoding: 'utf8' | 'base64';
}

export interface Job {
  id: string;
  kind: 'resend' | 'replay' | 'backfill' | 'try_now';
  webhook_ids: string[];
  state: 'running' | 'done' | 'cancelled' | 'failed';
  reason: string | null;
  progress: { total: number | null; done: number; inserted: number; not_possible: number };
  notes: string[];
  created_at: string;
  ended_at: string | null;
}

/** What people may say of a webhook besides its endpoint and filter; null takes it away. */
export interface WebhookOptions {
  description: string | null;
  ordering: 'none' | 'subject';
  rate_limit: number | null;
  concurrency: number | null;
  retry_schedule: number[] | null;
}

/** Ids of what has changed since it was told last. */
export interface Changed {
  webhooks: string[];
  jobs: string[];
}
