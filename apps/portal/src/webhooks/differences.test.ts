import { expect, it } from 'vitest';
import type { Webhook } from '../api/answers.js';
import { differences } from './differences.js';

const webhook: Webhook = {
  webhook_id: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  dialect: 'airstack',
  base_id: null,
  endpoint: 'https://example.com/hook',
  event_type: 'follow.created',
  description: null,
  state: 'enabled',
  disabled_reason: null,
  disabled_at: null,
  ordering: 'none',
  rate_limit: null,
  concurrency: null,
  retry_schedule: null,
  created_at: '2026-11-30T08:00:00.000Z',
  filter: null,
};

it('says of each part that somebody changed what it was and what it is', () => {
  const changed: Webhook = {
    ...webhook,
    description: 'Theirs',
    state: 'paused',
    ordering: 'subject',
    rate_limit: 5,
    retry_schedule: [0, 60],
    filter: { a: 1 },
  };
  expect(differences(webhook, changed)).toEqual([
    { name: 'State', before: 'enabled', after: 'paused' },
    { name: 'Description', before: 'nothing', after: 'Theirs' },
    { name: 'Filter', before: 'nothing', after: '{ "a": 1 }' },
    { name: 'Order', before: 'as fast as possible', after: 'in the order of each subject' },
    { name: 'Attempts a second, at most', before: 'nothing', after: '5' },
    { name: 'Retries', before: 'nothing', after: '0, 60' },
  ]);
});

it('says nothing of what people don’t see', () =>
  expect(differences(webhook, { ...webhook, created_at: '2026-11-30T09:00:00.000Z' })).toEqual([]));
