import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { Standalone } from '@sluice/testing/stack/standalone';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine } from './src/command-line.js';
import { ForgetfulLine } from './src/forgetful-line.js';

const TYPE = 'till.rung';

let sluice: Standalone;
let receiver: Receiver;
let line: CommandLine;

beforeAll(async () => {
  [sluice, receiver] = await Promise.all([Standalone.start(), startReceiver()]);
  line = new CommandLine(sluice.directory);
  await line.json(
    'event-types',
    'put',
    TYPE,
    '--schema',
    '{"type":"object"}',
    '--example',
    '{"till": 12345678901234567890}',
  );
});
afterAll(async () => {
  await sluice?.remove();
  await receiver?.close();
});

it('an event type has the example that was put, digit by digit, and test events are that', async () => {
  const { webhook_id: id } = await line.json<{ webhook_id: string }>(
    ...['webhooks', 'create', '--endpoint', receiver.url('/example'), '--event-type', TYPE],
  );
  await line.json('webhooks', 'test', id);
  const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/example');
  expect(arrival!.body.toString()).toBe('{"till": 12345678901234567890}');
  expect((await line.run(['events', 'publish', '--type', TYPE, '--id', 'the-example', '--example'])).code).toBe(0);
  const [, published] = await receiver.waitFor(2, ({ path }) => path === '/example');
  expect(published!.headers['ce-id']).toBe('the-example');
  expect(published!.body.toString()).toBe('{"till": 12345678901234567890}');
  await line.json('event-types', 'put', 'till.silent');
  expect(await line.run(['events', 'publish', '--type', 'till.silent', '--example'])).toEqual({
    ...{ code: 2, out: '', err: 'sluice: till.silent has no example: give --data\n' },
  });
  const wrong = await line.run(['event-types', 'put', TYPE, '--schema', '{"type":"object"}', '--example', '2']);
  expect(wrong).toMatchObject({ code: 1, err: expect.stringMatching(/^sluice: refused \(400\): .*example/) });
});

it('an event type is deleted once nothing names it', async () => {
  await line.json('event-types', 'put', 'till.closed');
  const { webhook_id: id } = await line.json<{ webhook_id: string }>(
    ...['webhooks', 'create', '--endpoint', receiver.url('/closed'), '--event-type', 'till.closed'],
  );
  expect(await line.run(['event-types', 'delete', 'till.closed'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^sluice: refused \(409\): till\.closed is still named by 1 webhook of this account/),
  });
  await line.json('webhooks', 'delete', id);
  expect(await line.run(['event-types', 'delete', 'till.closed'])).toMatchObject({
    code: 0,
    out: 'deleted till.closed\n',
  });
  expect((await line.run(['event-types', 'get', 'till.closed'])).err).toContain('refused (404)');
});

describe('a batch', () => {
  it('is published from a file of lines, with what they lack', async () => {
    const lines = [1, 2, 3].map((number) => `{"id":"line-${number}","data":{"n":${number}}}`);
    writeFileSync(join(sluice.directory, 'events.ndjson'), `${lines.join('\n')}\n`);
    expect(await line.run(['events', 'publish', '--type', TYPE, '--batch', '@events.ndjson'])).toEqual({
      code: 0,
      out: [1, 2, 3].map((number) => `accepted /sluice-cli line-${number}\n`).join(''),
      err: 'Accepted 3 of 3.\n',
    });
    expect((await line.run(['events', 'get', 'line-3'])).out).toContain(`${TYPE} of /sluice-cli`);
  });

  it('says of each event from the standard input whether it was accepted, and ends with 1 if one was not', async () => {
    const events = [
      { id: 'of-array-1', type: TYPE, data: {} },
      { id: 'of-array-2', type: TYPE, data: 'no object' },
      { id: 'of-array-3', type: 'no.such', data: {} },
    ];
    const args = ['events', 'publish', '--batch', '-'];
    const told = await line.run(args, {}, JSON.stringify(events));
    expect(told).toMatchObject({ code: 1, out: 'accepted /sluice-cli of-array-1\n' });
    expect(told.err).toMatch(
      /^event 2: .+\n( {2}.+\n)?event 3: .+\n( {2}.+\n)?Accepted 1 of 3\.\nsluice: refused 2 of 3\n$/,
    );
    const none = await line.run([...args, '--json'], {}, JSON.stringify(events.slice(1)));
    expect(none.code).toBe(1);
    expect(JSON.parse(none.out)).toMatchObject({ accepted: 0, refused: 2, results: [{ index: 0 }, { index: 1 }] });
  });

  it('of more events than one request takes goes out in several, counted through', async () => {
    const events = Array.from({ length: 2_500 }, (_, index) => ({
      type: index === 2_400 ? 'no.such' : TYPE,
      data: {},
    }));
    const { code, out } = await line.run(['events', 'publish', '--batch', '-', '--json'], {}, JSON.stringify(events));
    const report = JSON.parse(out) as { results: { index: number; accepted: boolean }[] };
    expect([code, report]).toMatchObject([1, { accepted: 2_499, refused: 1 }]);
    expect(report.results.map(({ index }) => index)).toEqual(events.map((_, index) => index));
    expect(report.results.find(({ accepted }) => !accepted)?.index).toBe(2_400);
  });

  it.each([
    [['--batch', '{"id":"1"}\n{'], 'line 2: '],
    [['--batch', ''], 'there is no event in it'],
    [['--batch', '{}', '--data', '{}'], '--batch goes with'],
    [['--type', TYPE], 'give --type and either --data or --example, or --batch'],
  ])('that can not be meant ends with 2: %j', async (args, text) => {
    expect(await line.run(['events', 'publish', ...args])).toMatchObject({
      ...{ code: 2, out: '', err: expect.stringContaining(text) },
    });
  });
});

it('dead letters are listed, shown, dropped and put back, one, some or all', async () => {
  const database = new pg.Client({ connectionString: sluice.databaseUrl });
  await database.connect();
  await database.query(
    `insert into dispatch.dead_letter (partition, position, reason, account_id, origin, headers, data, at)
     select 7, n, 'no event ' || n, $1, 'sluice.events', '{}', 'abc', now() from generate_series(1, 4) n`,
    [sluice.credentials.accountId],
  );
  await database.end();
  type Listed = { dead_letters: { id: string; reason: string }[] };
  const listed = async (...more: string[]) => (await line.json<Listed>('dead-letters', 'list', ...more)).dead_letters;
  const idOf = async (reason: string) => (await listed('--reason', reason))[0]!.id;
  expect((await line.run(['dead-letters', 'list'])).out).toMatch(/^ID +STATE +AT +TOPIC +PARTITION +OFFSET +REASON\n/);
  const first = await idOf('no event 1');
  expect((await line.run(['dead-letters', 'get', first])).out).toContain('no event 1');
  expect(await line.run(['dead-letters', 'drop', first])).toMatchObject({ code: 0, out: 'dropped 1\n' });
  const second = await idOf('no event 2');
  expect(await line.json('dead-letters', 'put-back', second)).toMatchObject({ put_back: [second], failed: [] });
  const dropped = await line.run(['dead-letters', 'put-back', first]);
  expect(dropped).toMatchObject({ code: 1, out: 'put back 0\n', err: expect.stringContaining(`  ${first}: `) });
  expect(await line.run(['dead-letters', 'put-back', '--reason', 'no event 3'])).toMatchObject({ out: 'put back 1\n' });
  expect(await line.run(['dead-letters', 'drop'])).toMatchObject({ code: 2, out: '' });
  expect((await line.run(['dead-letters', 'drop', '--all'])).code).toBe(0);
  await eventually('an empty list', async () => {
    await line.run(['dead-letters', 'drop', '--all']);
    return (await listed('--reason', 'no event')).length === 0;
  });
});

it('links to the portal are made, opened, listed and revoked', async () => {
  const { id, url } = await line.json<{ id: string; url: string }>('portal-links', 'create');
  const opened = () => fetch(url, { redirect: 'manual' }).then(({ status }) => status);
  expect(await opened()).toBe(303);
  expect((await line.run(['portal-links', 'list'])).out).toContain(id);
  expect(await line.run(['portal-links', 'revoke', id])).toMatchObject({ code: 0, out: `revoked ${id}\n` });
  expect(await opened()).not.toBe(303);
});

it('the audit trail says who did it', async () => {
  const { id } = await line.json<{ id: string }>('keys', 'create', '--scope', 'read');
  await line.json('keys', 'revoke', id);
  const { out } = await line.run(['audit', '--subject', id]);
  expect(out).toMatch(/^AT +ACTION +SUBJECT +BY +FROM +REASON\n/);
  expect(out.match(/key\.\w+/g)).toEqual(['key.revoked', 'key.created']);
  expect(await line.json('audit', '--action', 'key.revoked', '--limit', '1')).toMatchObject({
    entries: [{ subject: id }],
  });
});

it('a key is made once, and shown, although the first answer was lost on its way', async () => {
  const way = await ForgetfulLine.to(sluice.baseUrl);
  try {
    way.forgetNextAnswer();
    const made = await line.json<{ id: string; key: string }>(
      ...['keys', 'create', '--scope', 'read', '--name', 'lost', '--url', way.url],
    );
    expect(await line.json('account', '--key', made.key)).toMatchObject({ caller: { id: made.id } });
    const { keys } = await line.json<{ keys: { id: string; name: string | null }[] }>('keys', 'list');
    expect(keys.filter(({ name }) => name === 'lost').map(({ id }) => id)).toEqual([made.id]);
  } finally {
    await way.close();
  }
});

it('account tells whose key it is, and what it may do', async () => {
  const { id, caller } = await line.json<{ id: string; caller: object }>('account');
  expect(id).toMatch(/^acc_\w{26}$/);
  expect(caller).toMatchObject({ kind: 'key', scopes: ['read', 'write', 'publish'] });
  const { out } = await line.run(['account']);
  expect(out).toContain(id);
});

it('statistics count what was delivered, for webhooks and by the hour', async () => {
  const { webhook_id: id } = await line.json<{ webhook_id: string }>(
    ...['webhooks', 'create', '--endpoint', receiver.url('/counted'), '--event-type', TYPE],
  );
  await line.json('events', 'publish', '--type', TYPE, '--data', '{}');
  type Counted = { webhooks: { webhook_id: string; total: { delivered: number } }[] };
  await eventually(
    'the count',
    async () => (await line.json<Counted>('statistics', id)).webhooks[0]?.total.delivered === 1,
  );
  const all = await line.json<Counted>('statistics');
  expect(all.webhooks.find((webhook) => webhook.webhook_id === id)).toMatchObject({ total: { succeeded: 1 } });
  expect((await line.run(['statistics', id, '--hours'])).out).toMatch(
    /^WEBHOOK +HOUR +ATTEMPTS.*\n\w+ +\d{4}-\d\d-\d\dT\d\d:00/,
  );
  expect((await line.run(['statistics', 'none'])).code).toBe(1);
});

it('sources are for Kafka: without it the list is empty, and one that is made is refused with the reason', async () => {
  expect(await line.run(['sources', 'list'])).toEqual({ code: 0, out: '', err: 'There are no sources here.\n' });
  const refused = await line.run(['sources', 'create', '--topic', 'orders', '--format', 'cloudevents']);
  expect(refused).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^sluice: refused \(409\): .+\n$/) });
  for (const act of ['get', 'pause', 'resume', 'delete']) {
    expect(await line.run(['sources', act, 'src_none'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('(404)'),
    });
  }
});
