import type { Registry } from '@sluice/contracts/registry-commands';
import type { FeedChange } from '@sluice/contracts/webhook-feed';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RegistryUnderTest, startRegistryUnderTest, value, wanted } from '../testing/registry-under-test.js';

let registry: RegistryUnderTest;
let credential: string;

beforeAll(async () => {
  registry = await startRegistryUnderTest();
  credential = registry.operator.keys.live.key;
});
afterAll(() => registry.close());

const create = (commands = registry.commands) => value(commands.createWebhook({ ...wanted, credential }));
const remove = (webhookId: string) => value(registry.commands.deleteWebhook({ credential, webhookId }));

/** Reads the feed to its end and says where it stands then. */
async function readAll(after: number, limit = 1_000): Promise<{ changes: FeedChange[]; revision: number }> {
  const changes: FeedChange[] = [];
  let revision = after;
  for (let more = true; more; ) {
    const page = await registry.commands.follow({ dispatcher: 'reader', after: revision, waitMs: 0, limit });
    changes.push(...page.changes);
    ({ revision, more } = page);
  }
  await registry.commands.leave({ dispatcher: 'reader' });
  return { changes, revision };
}

test('a follower that reads on and on misses nothing of what 50 writers commit at the same time', async () => {
  const other = await registry.another();
  const start = (await registry.commands.revision({})).revision;
  const seen = new Map<string, number>();
  let after = start;
  let writing = true;
  const follower = (async () => {
    for (;;) {
      const last = !writing;
      const page = await registry.commands.follow({ dispatcher: 'd', after, waitMs: 0, limit: 7 });
      for (const { webhookId, revision } of page.changes) {
        expect(revision).toBeGreaterThan(after);
        after = revision;
        seen.set(webhookId, revision);
      }
      expect(page.revision).toBeGreaterThanOrEqual(after);
      after = page.revision;
      if (last && !page.more) return;
    }
  })();
  const write = async (index: number) => {
    const commands: Registry = index % 2 === 0 ? registry.commands : other.commands;
    const mine: [string, number][] = [];
    for (let round = 0; round < 4; round++) {
      const { id, revision } = await create(commands);
      mine.push([id, revision]);
      if (round === 3) mine.push([id, (await commands.disableWebhook({ webhookId: id, reason: 'test' })).revision]);
    }
    return mine;
  };
  const written = (await Promise.all(Array.from({ length: 50 }, (_, index) => write(index)))).flat();
  writing = false;
  await follower;
  await registry.commands.leave({ dispatcher: 'd' });

  const revisions = written.map(([, revision]) => revision).sort((a, b) => a - b);
  expect(revisions).toEqual(Array.from({ length: 250 }, (_, index) => start + 1 + index));
  // The newest state of each: an id that was written twice has its later revision.
  expect(seen).toEqual(new Map(written));
});

test('pages end where the limit says, in the order of revisions, and deleted webhooks stay as tombstones', async () => {
  const { revision: before } = await registry.commands.revision({});
  const made = [await create(), await create(), await create()];
  await remove(made[1]!.id);

  const first = await registry.commands.follow({ dispatcher: 'd', after: before, waitMs: 0, limit: 1 });
  expect(first).toMatchObject({ revision: made[0]!.revision, more: true });
  expect(first.changes).toHaveLength(1);
  const { changes, revision } = await readAll(before, 2);
  expect(changes.map(({ webhookId, webhook }) => [webhookId, webhook === null])).toEqual([
    [made[0]!.id, false],
    [made[2]!.id, false],
    [made[1]!.id, true],
  ]);
  expect(revision).toBe(before + 4);
  await registry.commands.leave({ dispatcher: 'd' });
});

test('a change carries everything that a dispatcher needs', async () => {
  const filter = '{"followerProfileId":3761}';
  const sample = '{"followerProfileId":"3761"}';
  const created = await value(registry.commands.createWebhook({ ...wanted, credential, filter, sample }));
  const { changes } = await readAll(created.revision - 1);
  expect(changes).toEqual([
    {
      revision: created.revision,
      webhookId: created.id,
      webhook: {
        id: created.id,
        accountId: registry.operator.accountId,
        dialect: 'airstack',
        endpoint: 'https://example.com/hook',
        eventType: 'follow.created',
        filter,
        state: 'enabled',
        headers: [created.header],
        secrets: [{ secret: created.signingSecret }],
        ordering: 'none',
        rateLimit: null,
        concurrency: null,
        retrySchedule: null,
        disabledAt: null,
        disabledReason: null,
        enabledAt: null,
        enabledRevision: 0,
        startFrom: null,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        createdRevision: created.revision,
      },
    },
  ]);
  await registry.commands.disableWebhook({ webhookId: created.id, reason: '410' });
  const disabled = (await readAll(created.revision)).changes;
  expect(disabled).toMatchObject([
    {
      revision: created.revision + 1,
      webhook: {
        state: 'disabled',
        disabledAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
        disabledReason: '410',
        createdRevision: created.revision,
      },
    },
  ]);
});

test('a waiting follower is answered by a change that any registry commits, and empty-handed after its time', async () => {
  const other = await registry.another();
  const { revision } = await registry.commands.revision({});
  const empty = await registry.commands.follow({ dispatcher: 'd', after: revision, waitMs: 20, limit: 10 });
  expect(empty).toEqual({ revision, changes: [], more: false, dispatchers: 1 });

  const following = registry.commands.follow({ dispatcher: 'd', after: revision, waitMs: 2_000, limit: 10 });
  const created = await create(other.commands);
  expect(await following).toMatchObject({ revision: created.revision, changes: [{ webhookId: created.id }] });
  await registry.commands.leave({ dispatcher: 'd' });
});

test('a registry that stops answers who waits', async () => {
  const { commands, stop } = await registry.another();
  const { revision } = await commands.revision({});
  const following = commands.follow({ dispatcher: 'd', after: revision, waitMs: 2_000, limit: 10 });
  await stop();
  expect(await following).toEqual({ revision, changes: [], more: false, dispatchers: 1 });
  await registry.commands.leave({ dispatcher: 'd' });
});

test('a hundred thousand webhooks are read page by page', async () => {
  const { sealed, sealing_key: key } = (
    await registry.database.query('select sealed, sealing_key from registry.webhook where deleted_at is null limit 1')
  )[0];
  const { revision: before } = await registry.commands.revision({});
  await registry.database.query(
    `insert into registry.webhook (id, account_id, dialect, endpoint, event_type, state, sealed, sealing_key, created_at,
       created_revision, revision)
     select 'bulk' || n, $1, 'airstack', 'https://example.com', 'follow.created', 'enabled', $2, $3, now(), $4 + n, $4 + n
     from generate_series(1, 100000) n`,
    [registry.operator.accountId, sealed, key, before],
  );
  await registry.database.query('update registry.revision set value = $1', [before + 100_000]);
  const { changes, revision } = await readAll(before, 10_000);
  expect(revision).toBe(before + 100_000);
  expect(changes).toHaveLength(100_000);
  const plan = await registry.database.query<{ 'QUERY PLAN': string }[]>(
    `explain select * from registry.webhook where revision > ${before + 50_000} order by revision limit 1000`,
  );
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('webhook_revision');
});
