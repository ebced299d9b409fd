import type { Receiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow, SOURCE } from '@sluice/testing/stack/follow-events';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { Webhook } from 'standardwebhooks';
import { beforeAll, describe, expect, it } from 'vitest';

/** Sluice as its users reach it, and an endpoint that it reaches. */
interface Reached {
  client: SluiceClient;
  /** Of the first account. */
  adminKey: string;
  receiver: Receiver;
}

const at = (path: string) => (arrival: { path: string }) => arrival.path === path;

/** The main job, the same for every way in which Sluice is run. */
export function mainJob(installation: () => Reached): void {
  describe('the main job', () => {
    let client: SluiceClient;
    let receiver: Receiver;

    beforeAll(() => {
      ({ client, receiver } = installation());
    });

    describe('an Airstack client', () => {
      it('subscribes, and its receiver gets the event with the header it was told', async () => {
        const created = await client.subscribe(receiver.url('/airstack'), 'follow.created');
        expect(created).toMatchObject({
          webhook_id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
          portal_link: expect.stringMatching(/\/portal\?token=/),
          authentication: { header_name: 'x-airstack-webhook', header_value: expect.stringMatching(/^.{16,}$/) },
          status: true,
          message: 'Successfully created subscription',
        });
        expect((await client.publish(follow(1))).status).toBe(202);
        const [arrival] = await receiver.waitFor(1, at('/airstack'));
        expect(JSON.parse(arrival?.body.toString() ?? '')).toEqual(follow(1).data);
        expect(arrival?.headers).toMatchObject({
          'content-type': 'application/json',
          [created.authentication.header_name]: created.authentication.header_value,
          'ce-id': 'follow-1',
          'ce-type': 'follow.created',
          'ce-source': SOURCE,
          'ce-specversion': '1.0',
        });
      });

      it('gets a delivery that a Standard Webhooks receiver accepts, and no receiver with another secret', async () => {
        const { signing_secret } = await client.subscribe(receiver.url('/signed'), 'follow.created');
        await client.publish(follow(2));
        const [arrival] = await receiver.waitFor(1, at('/signed'));
        const headers = arrival?.headers as Record<string, string>;
        const body = arrival?.body.toString() ?? '';
        expect(new Webhook(signing_secret).verify(body, headers)).toEqual(follow(2).data);
        const other = new Webhook(`whsec_${Buffer.alloc(32, 7).toString('base64')}`);
        expect(() => other.verify(body, headers)).toThrow();
      });

      it('gets only what its filter lets through, and learns why the rest stayed away', async () => {
        const filter = { followerProfileId: { $gte: 1_000 } };
        const filtered = await client.subscribe(
          receiver.url('/filtered'),
          'follow.created',
          filter,
          follow(1_000).data,
        );
        await client.publish(follow(3));
        await client.publish(follow(1_003));
        const [arrival] = await receiver.waitFor(1, at('/filtered'));
        expect(arrival?.headers['ce-id']).toBe('follow-1003');
        const trail = await eventually('the trail of the event that stayed away', async () => {
          const { status, body } = await client.trail(SOURCE, 'follow-3');
          return status === 200 && (body as { unmatched: { webhook_id: string; reason: string }[] });
        });
        const reason = trail.unmatched.find(({ webhook_id }) => webhook_id === filtered.webhook_id)?.reason;
        expect(reason).toContain('followerProfileId');
        expect(reason).toContain('1000');
      });

      it('deletes its webhook, and no attempt starts any more', async () => {
        receiver.answer(({ path }) => ({ status: path === '/deleted' ? 500 : 200 }));
        const { webhook_id } = await client.subscribe(receiver.url('/deleted'), 'follow.created');
        await client.publish(follow(4));
        await receiver.waitFor(1, at('/deleted'));
        expect((await client.unsubscribe(webhook_id)).body).toMatchObject({ status: true });
        const before = receiver.arrivals.filter(at('/deleted')).length;
        await client.publish(follow(5));
        // Its neighbour got the later event: the deleted one would have had it by now.
        await receiver.waitFor(1, ({ path, headers }) => path === '/airstack' && headers['ce-id'] === 'follow-5');
        await eventually('the trail says cancelled', async () => {
          const { body } = await client.trail(SOURCE, 'follow-4');
          const { deliveries } = body as { deliveries?: { webhook_id: string; state: string }[] };
          return deliveries?.some((delivery) => delivery.webhook_id === webhook_id && delivery.state === 'cancelled');
        });
        expect(receiver.arrivals.filter(at('/deleted'))).toHaveLength(before);
      });
    });

    describe('the bytes', () => {
      const odd = '{ "id" : "ö\\u00e9 — 漢字",\n\t"big": 1152921504606846976, "tiny": 1.10e-7 , "n":[ 1,2 ]  }';
      const attributes = { specversion: '1.0', source: '/bytes', type: 'odd.event' };

      beforeAll(async () => {
        const { adminKey } = installation();
        const { status } = await client.request(
          'PUT',
          '/v1/event-types/odd.event',
          JSON.stringify({ description: 'Anything at all' }),
          { authorization: `Bearer ${adminKey}` },
        );
        expect(status).toBeLessThan(300);
        await client.subscribe(receiver.url('/bytes'), 'odd.event');
      });

      const arrives = async (id: string) => {
        const [arrival] = await receiver.waitFor(
          1,
          ({ path, headers }) => path === '/bytes' && headers['ce-id'] === id,
        );
        expect(arrival?.body.toString()).toBe(odd);
      };

      it('arrive as they were published in binary mode', async () => {
        const { status } = await client.request('POST', '/v1/events', odd, {
          authorization: `Bearer ${client.apiKey}`,
          'ce-specversion': '1.0',
          'ce-source': attributes.source,
          'ce-type': attributes.type,
          'ce-id': 'binary',
        });
        expect(status).toBe(202);
        await arrives('binary');
      });

      it('arrive as they were published in structured mode', async () => {
        const body = `{"specversion":"1.0", "id":"structured", "data" :${odd}, "source":"/bytes","type":"odd.event"}`;
        const { status } = await client.request('POST', '/v1/events', body, {
          authorization: `Bearer ${client.apiKey}`,
          'content-type': 'application/cloudevents+json',
        });
        expect(status).toBe(202);
        await arrives('structured');
      });

      it('arrive as they were published in batch mode', async () => {
        const event = (id: string) =>
          `{"specversion":"1.0","id":"${id}","source":"/bytes","type":"odd.event","data":${odd}}`;
        const { status, body } = await client.request(
          'POST',
          '/v1/events',
          `[ ${event('batch-1')} ,${event('batch-2')}]`,
          {
            authorization: `Bearer ${client.apiKey}`,
            'content-type': 'application/cloudevents-batch+json',
          },
        );
        expect(status).toBe(202);
        expect(body.results).toHaveLength(2);
        await arrives('batch-1');
        await arrives('batch-2');
      });
    });
  });
}
