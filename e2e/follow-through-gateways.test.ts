import type { Page } from '@sluice/testing/ledger';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow, numberOf } from '@sluice/testing/stack/follow-events';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { expect, it } from 'vitest';
import { onBothStreams } from './src/both-streams.js';
import { FollowedStream } from './src/followed-stream.js';

/** What is followed comes from whichever gateway and dispatcher is asked: each of two gateways asks another dispatcher. */
const AT_ONCE = 10;
const SUBJECTS = 16;
const FROM = 6_000_000;
/** So many batches are published before, while and after nobody follows. */
const BATCHES = 8;

interface Delivered {
  delivery_id: string;
  event: { id: string };
}
interface Changed {
  webhooks: string[];
  jobs: string[];
}

onBothStreams(2, (installation, stream) => {
  it(`who follows goes on at another gateway where the first one was killed, and changes are told at both (${stream})`, async () => {
    const { stack, ledger } = installation();
    const page: Page = ledger.open('/followed');
    const { webhook_id: webhookId } = await stack.client.createWebhook({
      endpoint: page.url,
      event_type: 'follow.created',
    });
    const [first, second] = [stack.client, await stack.joinGateway('dispatcher-1')];
    let published = 0;
    const publish = async (clients: readonly SluiceClient[]) => {
      for (let batch = 0; batch < BATCHES; batch++) {
        const events = Array.from({ length: AT_ONCE }, () => {
          const number = FROM + published++;
          return follow(number, `subject-${number % SUBJECTS}`);
        });
        const { status } = await (clients[batch % clients.length] as SluiceClient).publishBatch(events);
        expect(status).toBe(202);
      }
    };

    await publish([first, second]);
    const before = published;
    const deliveries = new FollowedStream<Delivered>('/v1/deliveries/follow', 'delivery');
    const events = new FollowedStream<{ id: string }>('/v1/events/follow', 'event');
    for (const each of [deliveries, events]) await each.through(first);
    const publishing = publish([first, second]);
    // Somewhere in the midst, and not at the same place.
    await eventually('some of them', async () => deliveries.read.length > 10 && events.read.length > 20);
    await publishing;
    await stack.end('gateway', 'SIGKILL');
    await publish([second]);
    for (const each of [deliveries, events]) await each.through(second);
    await publish([second]);
    await stack.launch('gateway');
    for (const each of [deliveries, events]) await each.through(first);
    await publish([first, second]);

    const wanted = Array.from({ length: published - before }, (_, each) => FROM + before + each);
    await eventually('all deliveries', async () => deliveries.read.length >= wanted.length);
    await eventually('all events', async () => events.read.length >= wanted.length);
    await eventually('all arrivals', async () => page.entries.size === published);
    const inOrder = (ids: readonly string[]) => ids.map(numberOf).sort((a, b) => a - b);
    expect(inOrder(events.read.map(({ id }) => id))).toEqual(wanted);
    expect(inOrder(deliveries.read.map(({ event }) => event.id))).toEqual(wanted);
    // They were told under the ids by which the endpoint knows them.
    for (const { delivery_id, event } of deliveries.read)
      expect(page.entries.get(event.id)?.deliveryId).toBe(delivery_id);
    for (const each of [deliveries, events]) each.close();

    const watches = [first, second].map((client) => ({
      client,
      told: new FollowedStream<Changed>('/v1/changes', 'changed'),
    }));
    for (const { client, told } of watches) await told.through(client);
    /** Does it, and waits until both have told of it. */
    const toldOf = async (what: string, isIt: (changed: Changed) => boolean, act: () => Promise<unknown>) => {
      const known = watches.map(({ told }) => told.read.length);
      await act();
      await eventually(`${what} told at both gateways`, async () =>
        watches.every(({ told }, index) => told.read.slice(known[index]).some(isIt)),
      );
    };
    const isOfWebhook = ({ webhooks }: Changed) => webhooks.includes(webhookId);
    // Each of these is recorded by whichever dispatcher has its subject's partition.
    for (let each = 0; each < SUBJECTS / 2; each++) {
      const event = follow(FROM + published++, `subject-${each}`);
      await toldOf(`outcome ${each}`, isOfWebhook, () => second.publishBatch([event]));
      await eventually('its arrival', async () => page.entries.has(event.id));
    }
    await toldOf('the pause', isOfWebhook, () => second.request('POST', `/v1/webhooks/${webhookId}/pause`, '{}'));
    await toldOf('the end of the pause', isOfWebhook, () =>
      first.request('POST', `/v1/webhooks/${webhookId}/resume`, '{}'),
    );
    const wish = { kind: 'resend', webhook_ids: [webhookId], states: ['exhausted'], since: new Date(0).toISOString() };
    let jobId: unknown;
    await toldOf(
      'the job',
      ({ jobs }) => jobs.includes(jobId as string),
      async () => {
        const { status, body } = await first.request('POST', '/v1/jobs', JSON.stringify(wish));
        expect(status).toBe(202);
        jobId = body.id;
      },
    );
    for (const { told } of watches) told.close();
    await stack.client.unsubscribe(webhookId);
  }, 120_000);
});
