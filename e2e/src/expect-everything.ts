import type { Receiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { follow } from '@sluice/testing/stack/follow-events';
import type { SluiceClient } from '@sluice/testing/stack/sluice-client';
import { expect } from 'vitest';
import { arrivedEvents, reconcile } from './ledger.js';

/** A webhook under test, and which of the published numbers are meant for it, by the test's own reckoning. */
export interface Watched {
  path: string;
  secret: string;
  wants: (number: number) => boolean;
}

/** One webhook that gets everything and one that gets every tenth event. */
export async function watchTwo(client: SluiceClient, receiver: Receiver): Promise<Watched[]> {
  const all = await client.subscribe(receiver.url('/all'), 'follow.created');
  const endsInSeven = { followerProfileId: { $regex: '7$' } };
  const some = await client.subscribe(receiver.url('/some'), 'follow.created', endsInSeven, follow(7).data);
  return [
    { path: '/all', secret: all.signing_secret, wants: () => true },
    { path: '/some', secret: some.signing_secret, wants: (number) => String(number).endsWith('7') },
  ];
}

const FLOWING = 200;

/** Resolves when deliveries flow: a kill while nothing is under way would prove nothing. */
export async function deliveriesFlow(receiver: Receiver): Promise<void> {
  const wanted = receiver.arrivals.length + FLOWING;
  await eventually(`${wanted} arrivals`, async () => receiver.arrivals.length >= wanted);
}

/**
 * Waits until every acknowledged event has arrived where it should, and reconciles: nothing lost, nothing that was not
 * published, every duplicate recognisable, every signature good. Answers the number of duplicates.
 */
export async function expectEverything(
  receiver: Receiver,
  watched: readonly Watched[],
  acknowledged: ReadonlySet<number>,
  timeoutMs = 120_000,
): Promise<number> {
  let duplicates = 0;
  for (const { path, secret, wants } of watched) {
    const expected = new Set([...acknowledged].filter(wants));
    const complete = async () => {
      const arrived = arrivedEvents(receiver, path);
      return [...expected].every((number) => arrived.has(number));
    };
    // Whether it was in time or not, the reconciliation says what is missing.
    await eventually(path, complete, timeoutMs).catch(() => {});
    const result = reconcile(receiver, path, secret, expected);
    console.log(`${path}: ${expected.size} expected, ${result.lost.length} lost, ${result.duplicates} duplicates`);
    expect(result).toMatchObject({ lost: [], unasked: [], unrecognisable: 0, badSignatures: [] });
    duplicates += result.duplicates;
  }
  return duplicates;
}
