import { join } from 'node:path';
import type { DevCredentials } from './dev-credentials.js';
import type { Inbox } from './inbox/inbox.js';
import { readState, writeState } from './state-file.js';

const EVENT_TYPE = 'follow.created';
const ARRIVAL_TIMEOUT_MS = 15_000;

/** One of the events that Airstack documented. */
const FOLLOW = {
  id: '1:1099511627776:follow',
  dappName: 'farcaster',
  dappSlug: 'farcaster_v2_optimism',
  blockchain: 'optimism',
  blockNumber: 121_054_231,
  eventTimestamp: '2024-06-06T09:21:37Z',
  followerProfileId: '3761',
  followingProfileId: '2602',
  followerSince: '2024-06-06T09:21:35Z',
};

export interface Demonstration {
  credentials: DevCredentials;
  inbox: Inbox;
  /** Where the webhook points. */
  endpoint: string;
  /** State directory: the webhook of the last start is remembered there and removed. */
  directory: string;
  say: (line: string) => void;
}

async function request(
  { baseUrl, apiKey }: DevCredentials,
  method: string,
  path: string,
  options: { headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const response = await fetch(baseUrl + path, {
    method,
    headers: { authorization: apiKey, ...options.headers },
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  const text = await response.text();
  if (!response.ok && response.status !== 404)
    throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
  return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
}

/** The main job once, through the front door: subscribe as an Airstack client does, publish, and see the delivery arrive. */
export async function demonstrate({ credentials, inbox, endpoint, directory, say }: Demonstration): Promise<void> {
  const rememberedAt = join(directory, 'demonstration.json');
  const earlier = readState<{ webhookId: string }>(rememberedAt);
  if (earlier !== null) await request(credentials, 'DELETE', `/api/v1/webhooks/${earlier.webhookId}`);

  const json = { 'content-type': 'application/json' };
  const created = await request(credentials, 'POST', '/api/v1/webhooks', {
    headers: json,
    body: JSON.stringify({
      endpoint,
      filter_config: {
        event_type: EVENT_TYPE,
        filter: { followerProfileId: { $eq: 3761 } },
        payload: FOLLOW,
      },
    }),
  });
  const webhookId = String(created.body.webhook_id);
  writeState(rememberedAt, { webhookId });
  say(`Subscribed   ${EVENT_TYPE} where followerProfileId = 3761 → ${endpoint}`);
  say(`             webhook ${webhookId}`);

  const id = `demonstration-${Date.now()}`;
  // Webhooks of earlier starts may get the event, too.
  const own = new URL(endpoint).pathname;
  const arrival = inbox.next(({ path, headers }) => path === own && headers['ce-id'] === id, ARRIVAL_TIMEOUT_MS);
  // Whoever waits for it below sees the rejection; a failed publish must not leave it unhandled.
  arrival.catch(() => {});
  const publishedAt = performance.now();
  const published = await request(credentials, 'POST', '/v1/events', {
    headers: {
      ...json,
      authorization: `Bearer ${credentials.apiKey}`,
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-source': '/demonstration',
      'ce-type': EVENT_TYPE,
    },
    body: JSON.stringify(FOLLOW),
  });
  say(`Published    ${EVENT_TYPE} ${id} (${published.status}: the log has it)`);
  const { method, path, headers, signature } = await arrival;
  const milliseconds = Math.round(performance.now() - publishedAt);
  say(`Delivered    ${method} ${path}, ${milliseconds} ms after publishing began`);
  say(`             webhook-id ${headers['webhook-id']}`);
  say(
    signature.valid
      ? `             signature verified: ${headers['webhook-signature']}`
      : `             SIGNATURE NOT VERIFIED: ${signature.reason}`,
  );
  say(`Portal       ${created.body.portal_link}`);
}

/** Three commands to go on with. */
export function suggestions({ baseUrl }: DevCredentials, credentialsFile: string, inboxUrl: string): string[] {
  const key = `$(node -p "require('${credentialsFile}').apiKey")`;
  return [
    `KEY=${key}`,
    `curl -s ${baseUrl}/api/v1/webhooks -H "Authorization: $KEY" -H 'Content-Type: application/json' -d '{"endpoint":"${inboxUrl}","filter_config":{"event_type":"follow.created"}}'; echo`,
    `curl -s ${baseUrl}/v1/events -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' -H 'ce-specversion: 1.0' -H "ce-id: $(date +%s%N)" -H 'ce-source: /terminal' -H 'ce-type: follow.created' -d '${JSON.stringify(FOLLOW)}'; echo`,
    `curl -s ${baseUrl}/dev/inbox.json; echo`,
  ];
}
