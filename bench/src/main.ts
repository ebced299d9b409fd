import { follow } from '@sluice/testing/stack/follow-events';
import { Standalone } from '@sluice/testing/stack/standalone';
import { measureDeliveries } from './deliveries.js';
import { measureLatency } from './latency.js';
import { ReceiverProcess } from './receiver-process.js';

/** `npm run bench`: a table for people; with `--json` the last line is the result as JSON and nothing else is printed. */
const onlyJson = process.argv.includes('--json');

const receiver = await ReceiverProcess.start();
const sluice = await Standalone.start();
try {
  const { client } = sluice;
  const sample = follow(1).data;
  const bodyBytes = Buffer.byteLength(JSON.stringify(sample));
  await client.subscribe(receiver.url, 'follow.created', { followingProfileId: '2602' }, sample);
  const latencyMs = await measureLatency(client, receiver);
  const deliveries = await measureDeliveries(client, receiver, bodyBytes);
  const result = { stream: 'postgres', bodyBytes, latencyMs, deliveries };
  if (!onlyJson) {
    console.table({
      'publish → arrival at 200/s, p50 (ms)': latencyMs.p50,
      'publish → arrival at 200/s, p95 (ms)': latencyMs.p95,
      'publish → arrival at 200/s, p99 (ms)': latencyMs.p99,
      'ceiling: bare signing and sending (1/s)': Math.round(deliveries.ceilingPerSecond),
      'published and delivered (1/s)': Math.round(deliveries.deliveredPerSecond),
      'share of the ceiling': Number(deliveries.ratio.toFixed(3)),
    });
  }
  console.log(JSON.stringify(result));
} finally {
  await sluice.remove();
  receiver.stop();
}
