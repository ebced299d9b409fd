import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AskedAgain } from './asked-again.js';

let client: QueryClient;
let again: AskedAgain;
let asked: string[];

/** Shows the answer to a question, and notes when it is asked again. */
async function show(queryKey: readonly unknown[], answer: unknown): Promise<void> {
  const name = queryKey.join(' ');
  const queryFn = () => {
    asked.push(name);
    return answer;
  };
  new QueryObserver(client, { queryKey, queryFn }).subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
}

async function change(webhooks: string[], jobs: string[] = []): Promise<string[]> {
  asked = [];
  again.changed({ webhooks, jobs });
  await vi.advanceTimersByTimeAsync(1_000);
  return asked;
}

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  client = new QueryClient();
  again = new AskedAgain(client);
  await show(['account'], {});
  await show(['webhooks', 'list', 'all'], { webhooks: [{ webhook_id: 'a' }] });
  await show(['webhooks', 'last-day', 'a'], { webhooks: [{ webhook_id: 'a' }] });
  await show(['deliveries', 'a'], {});
  await show(['webhook-to-change', 'a'], {});
  const trail = { deliveries: [{ webhook_id: 'a' }], payloads: [], unmatched: [{ webhook_id: 'b' }] };
  await show(['events', 'order-1'], { events: [trail] });
  await show(['job', 'j'], {});
});
afterEach(() => {
  again.end();
  client.clear();
  vi.useRealTimers();
});

it('asks again about those webhooks and jobs that changed', async () => {
  expect((await change(['a'])).sort()).toEqual([
    'deliveries a',
    'events order-1',
    'webhooks last-day a',
    'webhooks list all',
  ]);
  expect(await change(['b'])).toEqual(['events order-1']);
  expect(await change([], ['j'])).toEqual(['job j']);
});

it('asks for the list at once, then once in ten seconds, and for statistics only of those that changed', async () => {
  expect(await change(['c'])).toEqual(['webhooks list all']);
  for (let second = 0; second < 8; second++) expect(await change(['c'])).toEqual([]);
  expect(await change(['a'])).toEqual(['deliveries a', 'events order-1', 'webhooks list all', 'webhooks last-day a']);
});

it('asks again for all that is followed once changes were missed, and for nothing that is being typed over', async () => {
  asked = [];
  again.all();
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(6);
  expect(asked).not.toContain('webhook-to-change a');
});
