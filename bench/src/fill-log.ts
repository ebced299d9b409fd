import { eventHeaders, eventKey, type SluiceEvent } from '@sluice/contracts/event-record';
import { EVENTS_TOPIC } from '@sluice/contracts/topics';
import type { EventStream } from '@sluice/event-stream/event-stream';
import type { PublishedEvent } from '@sluice/testing/stack/sluice-client';

const BATCH = 1_000;

/** For whom, and as of which revision of the registry. */
export interface Stamp {
  accountId: string;
  revision: number;
}

/** Puts events into the log as the gateway does. Answers where the log ends then, all partitions together. */
export async function fillLog(log: EventStream, events: readonly PublishedEvent[], stamp: Stamp): Promise<bigint> {
  const acceptedAt = new Date().toISOString();
  const records = events.map(({ id, source, type, data }) => {
    const event: SluiceEvent = {
      attributes: { id, source, type, datacontenttype: 'application/json', extensions: {} },
      stamp: { ...stamp, audience: { to: 'own' }, exact: true, acceptedAt },
      data: Buffer.from(JSON.stringify(data)),
    };
    return { key: Buffer.from(eventKey(event)), headers: eventHeaders(event), value: event.data };
  });
  for (let from = 0; from < records.length; from += BATCH) {
    await log.publish(EVENTS_TOPIC, records.slice(from, from + BATCH));
  }
  return logEnd(log);
}

/** Records ever put into the log of events, all partitions together. */
export async function logEnd(log: EventStream): Promise<bigint> {
  return (await log.ranges(EVENTS_TOPIC)).reduce((sum, { end }) => sum + end, 0n);
}
