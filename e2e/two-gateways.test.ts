import type { Page } from '@sluice/testing/ledger';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow } from '@sluice/testing/stack/follow-events';
import { expect, it } from 'vitest';
import { onBothStreams } from './src/both-streams.js';

/** Promise 2 for what publishers repeat: the same event through two gateways is one event, whichever they ask first. */
const EVENTS = 400;
const AT_ONCE = 20;
const SUBJECTS = 16;
const FROM = 5_000_000;

onBothStreams(2, (installation, stream) => {
  it(`the same events through two gateways arrive once, with dispatchers that come and go (${stream})`, async () => {
    const { stack, ledger } = installation();
    const page: Page = ledger.open('/twice');
    const { webhook_id: webhookId, signing_secret: secret } = await stack.client.createWebhook({
      endpoint: page.url,
      event_type: 'follow.created',
    });
    page.verifyWith(secret);
    const clients = [stack.client, await stack.joinGateway()];

    const batches = Array.from({ length: EVENTS / AT_ONCE }, (_, batch) =>
      Array.from({ length: AT_ONCE }, (_, each) => {
        const number = FROM + batch * AT_ONCE + each;
        return follow(number, `subject-${number % SUBJECTS}`);
      }),
    );
    for (const [number, batch] of batches.entries()) {
      const answers = await Promise.all(clients.map((client) => client.publishBatch(batch)));
      expect(answers.map(({ status }) => status)).toEqual([202, 202]);
      if (number === batches.length / 4) await stack.join();
      if (number === batches.length / 2) expect(await stack.end('dispatcher-1', 'SIGTERM')).toBe(0);
    }
    // Once more, when the first ones have long been delivered.
    await eventually('every event', async () => page.entries.size === EVENTS);
    for (const batch of batches) for (const client of clients) await client.publishBatch(batch);
    // What comes behind the repetitions in every partition says when they have been dealt with.
    await stack.client.publishBatch(
      Array.from({ length: SUBJECTS }, (_, each) => follow(FROM + EVENTS + each, `subject-${each}`)),
    );
    await eventually('the last events', async () => page.entries.size === EVENTS + SUBJECTS);

    expect([...page.entries.values()].filter(({ arrivals }) => arrivals !== 1)).toEqual([]);
    expect(page).toMatchObject({ arrivals: EVENTS + SUBJECTS, unrecognisable: 0, badSignatures: 0 });
    await stack.client.unsubscribe(webhookId);
  }, 120_000);
});
