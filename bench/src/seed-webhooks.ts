import { Keyring } from '@sluice/registry/encryption/keyring';
import { sealSecrets } from '@sluice/registry/encryption/webhook-secrets';
import { newSecret } from '@sluice/signatures/secret';
import { benchEvent, EVENT_TYPE } from './bench-event.js';
import type { Installation } from './installation.js';

const PAGE = 5_000;

/** A copy of one webhook with what is its own put in: columns that the bench knows nothing of stay as they were made. */
const COPY = `
  insert into registry.webhook
  select copy.*
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[]) as own(id, endpoint, filter, sealed, revision)
  join registry.webhook template on template.id = $1
  cross join lateral jsonb_populate_record(template, jsonb_build_object('id', own.id, 'endpoint', own.endpoint,
    'filter', own.filter, 'sealed', own.sealed, 'revision', own.revision, 'created_revision', own.revision)) as copy`;

/**
 * Puts so many webhooks into the registry's table at once, each with secrets and a selective filter of its own: through the
 * API it would take minutes.
 */
export async function seedWebhooks(installation: Installation, count: number): Promise<void> {
  const { client, postgres, encryptionKey } = installation;
  const keyring = new Keyring([encryptionKey]);
  const { data } = benchEvent('sample', '1', 'seed');
  const { webhook_id: template } = await client.subscribe(
    'http://127.0.0.1:9/template',
    EVENT_TYPE,
    { followingProfileId: 'seed' },
    data,
  );
  const [row] = await postgres.query<{ value: string }>(
    'update registry.revision set value = value + $1 returning value - $1 as value',
    [count],
  );
  const firstRevision = Number(row?.value) + 1;
  for (let from = 0; from < count; from += PAGE) {
    const webhooks = Array.from({ length: Math.min(PAGE, count - from) }, (_, index) => {
      const number = from + index;
      const id = `BENCH${String(number).padStart(21, '0')}`;
      const endpoint = `http://127.0.0.1:9/hooks/${number}`;
      const secrets = {
        headers: [{ name: 'x-airstack-webhook', value: newSecret() }],
        secrets: [{ secret: newSecret() }],
      };
      const sealed = `\\x${sealSecrets(keyring, { id, endpoint }, secrets).bytes.toString('hex')}`;
      const filter = JSON.stringify({ followerProfileId: { $eq: `seed-${number}` } });
      return { id, endpoint, filter, sealed, revision: firstRevision + number };
    });
    const column = (name: keyof (typeof webhooks)[number]) => webhooks.map((webhook) => webhook[name]);
    await postgres.query(COPY, [
      template,
      column('id'),
      column('endpoint'),
      column('filter'),
      column('sealed'),
      column('revision'),
    ]);
  }
}
