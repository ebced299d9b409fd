import type { Receiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { SluiceClient } from '@sluice/testing/stack/sluice-client';
import type { Standalone } from '@sluice/testing/stack/standalone';

export const MARKUP = '<img src=x onerror="document.title=\'broken\'">';
export const TYPE = 'order.paid';

export interface PortalAccount {
  /** Opens the account's webhooks. */
  link: string;
  /** Its endpoint takes everything. */
  good: string;
  /** Its endpoint refuses every tenth order, with markup. */
  failing: string;
  /** Its filter lets nothing of what was published through. */
  picky: string;
  /** The webhook of another account. */
  foreign: string;
}

const order = (number: number, total: number) => ({
  id: `order-${number}`,
  source: '/shop',
  type: TYPE,
  data: { number, total, currency: 'EUR', note: number % 10 === 0 ? MARKUP : 'by card' },
});

/** An account with webhooks of every kind, and with what became of its events. */
export async function portalAccount(standalone: Standalone, receiver: Receiver): Promise<PortalAccount> {
  const { adminKey } = standalone.credentials;
  const client = standalone.client;
  const admin = new SluiceClient(standalone.baseUrl, adminKey);
  receiver.answer(({ path, body }) =>
    path === '/failing' && JSON.parse(body.toString()).number % 10 === 0
      ? {
          status: 500,
          body: `<script>document.title='broken'</script>${' at OrderHandler.handle'.repeat(50).replaceAll(' ', '.')}`,
        }
      : { status: 200, body: 'thanks' },
  );
  const { status } = await admin.request(
    'PUT',
    `/v1/event-types/${TYPE}`,
    JSON.stringify({
      description: 'An order was paid in full.',
      schema: {
        type: 'object',
        examples: [{ number: 1, total: 19.9, currency: 'EUR', note: 'by card' }],
        required: ['number', 'total'],
        properties: {
          number: { type: 'integer', description: 'The number of the order' },
          total: { type: 'number', description: 'In the currency’s main unit' },
          currency: { enum: ['EUR', 'USD'] },
          note: { type: 'string' },
        },
      },
    }),
    { authorization: `Bearer ${adminKey}` },
  );
  if (status !== 200) throw new Error(`the type was answered ${status}`);
  const create = async (webhook: Parameters<SluiceClient['createWebhook']>[0] & { description?: string }) =>
    (await client.createWebhook(webhook)).webhook_id;
  const good = await create({
    endpoint: receiver.url('/orders'),
    event_type: TYPE,
    description: 'Bookkeeping',
  } as never);
  const failing = await create({ endpoint: receiver.url('/failing'), event_type: TYPE, retry_schedule: [0, 1] });
  const picky = await create({
    endpoint: receiver.url('/large'),
    event_type: TYPE,
    filter: { total: { $gt: 100_000 }, currency: { $in: ['EUR', 'USD'] } },
  });
  const { portal_link: link } = await client.subscribe(receiver.url('/follows'), 'follow.created');
  await client.publishBatch(Array.from({ length: 40 }, (_, index) => order(index + 1, (index + 1) * 10)));
  await eventually('deliveries that have failed', async () => {
    const { body } = await client.request('GET', `/v1/deliveries?webhook_id=${failing}&state=exhausted`, undefined, {
      authorization: `Bearer ${client.apiKey}`,
    });
    return (body.deliveries as unknown[]).length === 4;
  });
  return { link, good, failing, picky, foreign: await foreignWebhook(standalone, receiver) };
}

async function foreignWebhook({ baseUrl, credentials }: Standalone, receiver: Receiver): Promise<string> {
  const post = async (path: string, key: string, body: unknown) => {
    const { body: answer } = await new SluiceClient(baseUrl, key).request('POST', path, JSON.stringify(body), {
      authorization: `Bearer ${key}`,
    });
    return answer;
  };
  const account = (await post('/v1/accounts', credentials.adminKey, { name: 'Another' })) as {
    admin_key: { key: string };
  };
  const { key } = account.admin_key;
  const webhook = await post('/v1/webhooks', key, { endpoint: receiver.url('/foreign'), event_type: 'follow.created' });
  return webhook.webhook_id as string;
}
