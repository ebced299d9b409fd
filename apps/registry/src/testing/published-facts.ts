import { WEBHOOKS_TOPIC } from '@sluice/contracts/topics';
import { WebhookFact } from '@sluice/contracts/webhook-fact';
import { expect } from 'vitest';
import type { RegistryUnderTest } from './registry-under-test.js';

/** The facts about a webhook that are on the stream, in their order, once the outbox is empty. */
export async function publishedFacts(
  { database, stream }: RegistryUnderTest,
  webhookId: string,
): Promise<WebhookFact[]> {
  const waiting = () => database.query('select 1 from registry.webhook_fact limit 1');
  await expect.poll(waiting, { timeout: 10_000 }).toEqual([]);
  const partitions = await Promise.all(
    (await stream.ranges(WEBHOOKS_TOPIC)).map(({ partition, first }) =>
      stream.read(WEBHOOKS_TOPIC, partition, first, 10_000),
    ),
  );
  return partitions
    .flat()
    .filter(({ key }) => key?.toString() === webhookId)
    .map(({ value }) => WebhookFact.parse(JSON.parse(value!.toString())));
}
