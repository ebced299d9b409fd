import { newSecret } from '@sluice/signatures/secret';
import { sign } from '@sluice/signatures/sign';
import { Agent } from 'undici';

/**
 * The ceiling: one process that does nothing but sign and send the same bytes to the same receiver. Run as a program with
 * the receiver's address, the number of deliveries and the size of the body; prints deliveries per second.
 */
const [url = '', count = '0', size = '0'] = process.argv.slice(2);
const CONCURRENCY = 64;
const { origin } = new URL(url);
const body = Buffer.alloc(Number(size), 'x');
const secrets = [newSecret()];
const agent = new Agent({ connections: CONCURRENCY, pipelining: 1 });

let left = Number(count);
async function sendUntilDone(): Promise<void> {
  while (left-- > 0) {
    const id = `msg_${left}`;
    const timestampSeconds = Math.floor(Date.now() / 1_000);
    const { body: answer } = await agent.request({
      origin,
      path: '/',
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestampSeconds),
        'webhook-signature': sign({ id, timestampSeconds, body, secrets }),
      },
      body,
    });
    await answer.dump();
  }
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: CONCURRENCY }, sendUntilDone));
console.log((Number(count) / (performance.now() - startedAt)) * 1_000);
await agent.close();
