import { newSecret } from '@sluice/signatures/secret';
import { sign } from '@sluice/signatures/sign';
import { Agent } from 'undici';

/**
 * The ceiling of deliveries: one process that does nothing but sign and send. Its parent says where to, the headers that
 * each delivery has beside the three of the signature, the body and how many; it prints deliveries per second.
 */
export interface SenderTask {
  url: string;
  headers: string[];
  body: string;
  count: number;
}
/** As many attempts at once as the dispatcher makes for one webhook that answers quickly. */
const AT_ONCE = 32;

async function sendAll(task: SenderTask): Promise<number> {
  const { origin, pathname: path } = new URL(task.url);
  const body = Buffer.from(task.body);
  const secrets = [newSecret()];
  const agent = new Agent({ connections: AT_ONCE, pipelining: 1 });
  let left = task.count;
  const sendUntilDone = async (): Promise<void> => {
    while (left-- > 0) {
      const id = `msg_${left}`;
      const timestampSeconds = Math.floor(Date.now() / 1_000);
      const signature = sign({ id, timestampSeconds, body, secrets });
      const signed = ['webhook-id', id, 'webhook-timestamp', String(timestampSeconds), 'webhook-signature', signature];
      const headers = [...task.headers, ...signed];
      const { body: answer } = await agent.request({ origin, path, method: 'POST', headers, body });
      await answer.dump();
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, sendUntilDone));
  const seconds = (performance.now() - startedAt) / 1_000;
  await agent.close();
  return task.count / seconds;
}

process.on('message', async (task: SenderTask) => process.send?.({ perSecond: await sendAll(task) }));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
