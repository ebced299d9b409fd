import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownPort } from '@sluice/testing/own-port';
import { type Receiver, startReceiver } from '@sluice/testing/receiver';
import { eventually } from '@sluice/testing/stack/built-process';
import { Standalone } from '@sluice/testing/stack/standalone';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CommandLine, program } from './src/command-line.js';

const FOLLOW = {
  id: '1',
  dappName: 'farcaster',
  dappSlug: 'farcaster_v2_optimism',
  eventTimestamp: '2024-06-06T09:21:37Z',
};
const DATA = {
  ...FOLLOW,
  followerProfileId: '3761',
  followingProfileId: '2602',
  followerSince: '2024-06-06T09:21:35Z',
};
const MOMENT = '2020-01-01T00:00:00Z';

let sluice: Standalone;
let receiver: Receiver;
let line: CommandLine;

beforeAll(async () => {
  [sluice, receiver] = await Promise.all([Standalone.start(), startReceiver()]);
  line = new CommandLine(sluice.directory);
});

afterAll(async () => {
  await sluice?.remove();
  await receiver?.close();
});

const create = (path: string, ...more: string[]) =>
  line.json<{ webhook_id: string; signing_secret: string }>(
    ...['webhooks', 'create', '--endpoint', receiver.url(path), '--event-type', 'follow.created', ...more],
  );
const publish = (id: string) =>
  line.run(['events', 'publish', '--type', 'follow.created', '--id', id, '--data', JSON.stringify(DATA)]);

const saved = (name: string, content: string | Uint8Array): string => {
  const path = join(sluice.directory, name);
  writeFileSync(path, content);
  return path;
};

it('webhooks are made, listed, shown, changed, switched and deleted', async () => {
  const { webhook_id: id } = await create('/life', '--filter', '{"followerProfileId": 3761}', '--rate-limit', '10');
  const list = await line.run(['webhooks', 'list']);
  expect(list.out).toMatch(/^ID +STATE +EVENT TYPE +ENDPOINT +CREATED\n/);
  expect(list.out).toContain(receiver.url('/life'));
  const changed = await line.json('webhooks', 'update', id, '--rate-limit', 'none', '--description', 'mine');
  expect(changed).toMatchObject({ rate_limit: null, description: 'mine', filter: { followerProfileId: 3761 } });
  for (const schedule of ['5s,5m,1h', '[5, 300, 3600]', '5,300,3600']) {
    await line.json('webhooks', 'update', id, '--retry-schedule', 'none');
    const scheduled = await line.json('webhooks', 'update', id, '--retry-schedule', schedule);
    expect(scheduled).toMatchObject({ retry_schedule: [5, 300, 3_600] });
  }
  for (const [name, state] of [
    ['pause', 'paused'],
    ['resume', 'enabled'],
    ['disable', 'disabled'],
    ['enable', 'enabled'],
  ]) {
    expect(await line.json('webhooks', name!, id)).toMatchObject({ state });
  }
  const before = await line.json('webhooks', 'secret', id);
  const rotated = await line.json('webhooks', 'rotate-secret', id, '--keep-previous', '1m');
  expect(rotated).toMatchObject({ webhook_id: id, signing_secret: expect.stringMatching(/^whsec_/) });
  expect(rotated.signing_secret).not.toBe(before.signing_secret);
  expect((await line.run(['webhooks', 'get', id])).out).toMatch(/^description +mine$/m);
  expect(await line.run(['webhooks', 'delete', id])).toMatchObject({ code: 0, out: `deleted ${id}\n` });
  const gone = await line.run(['webhooks', 'get', id]);
  expect(gone).toMatchObject({ code: 1, out: '' });
  expect(gone.err).toMatch(/^sluice: refused \(404\): .+\n$/);
});

describe('an event', () => {
  it('is published, followed, resent and replayed, and its signature is checked from files', async () => {
    const { webhook_id: id, signing_secret: secret } = await create('/event');
    expect(await publish('cli-1')).toEqual({ code: 0, out: 'accepted /sluice-cli cli-1\n', err: '' });
    const [arrival] = await receiver.waitFor(1, ({ path }) => path === '/event');
    expect(arrival!.body.toString()).toBe(JSON.stringify(DATA));
    expect(await line.json('webhooks', 'secret', id)).toMatchObject({ signing_secret: secret });

    const delivery = await eventually('the delivery', async () => {
      const { deliveries } = await line.json<{ deliveries: { id: string; state: string }[] }>(
        'deliveries',
        'list',
        '--webhook',
        id,
      );
      return deliveries.find(({ state }) => state === 'delivered');
    });
    const trail = await line.run(['events', 'get', 'cli-1']);
    expect(trail.out).toMatch(/^DELIVERY +WEBHOOK +STATE +ATTEMPTS +LAST STATUS +NEXT ATTEMPT$/m);
    expect(trail.out).toMatch(new RegExp(`^${delivery.id} +${id} +delivered +1 +200 +–$`, 'm'));
    expect((await line.run(['deliveries', 'list', '--since', '1h'])).out).toMatch(
      new RegExp(`^${delivery.id} +${id} +delivered +200 +1 +cli-1 `, 'm'),
    );
    const shown = await line.run(['deliveries', 'get', delivery.id]);
    expect(shown.out).toMatch(/attempt 1: HTTP 200 in [\d.]+ ms$/m);
    expect(shown.out).toContain(`\n  POST ${receiver.url('/event')}\n`);
    expect(shown.out).toContain('\n    "followerProfileId": "3761",\n');

    const headers = Object.entries(arrival!.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n');
    const files = ['--headers', saved('headers', headers), '--body', saved('body', arrival!.body)];
    const verified = await line.run(['verify', '--secret', secret, ...files]);
    expect(verified).toMatchObject({ code: 0, out: expect.stringMatching(/^verified msg_\S+, signed \d+ s ago\n$/) });
    const dump = saved('dump', Buffer.concat([Buffer.from(`${headers}\n\n`), arrival!.body]));
    expect((await line.run(['verify', '--secret', secret, '--dump', dump])).code).toBe(0);

    const other = await line.run(['verify', '--secret', (await create('/other')).signing_secret, ...files]);
    expect(other).toMatchObject({ code: 1, err: 'not verified: No v1 signature matches the body and the secrets\n' });
    saved('body', Buffer.concat([arrival!.body, Buffer.from('\n')]));
    expect((await line.run(['verify', '--secret', secret, ...files])).err).toContain('without the last line break');
    const old = headers.replace(/(webhook-timestamp: )\d+/, '$11700000000');
    saved('headers', old);
    expect((await line.run(['verify', '--secret', secret, ...files])).err).toContain('300 s are allowed');
    saved('headers', old.replace('webhook-id', 'x-id'));
    expect((await line.run(['verify', '--secret', secret, ...files])).err).toBe(
      'not verified: The header webhook-id is missing\n',
    );
    expect((await line.run(['verify', '--secret', 'nonsense', ...files])).code).toBe(2);

    await line.json('deliveries', 'resend', delivery.id);
    await receiver.waitFor(2, ({ path }) => path === '/event');
    const replayed = await line.run(['replay', '--webhook', id, '--from', MOMENT, '--as', 'new']);
    expect(replayed).toMatchObject({ code: 0, out: expect.stringMatching(/^done job_\S+: \d+ deliveries\n$/) });
    await receiver.waitFor(3, ({ path }) => path === '/event');
    expect(await line.json('resend', '--webhook', id, '--since', MOMENT)).toMatchObject({
      kind: 'resend',
      state: 'done',
    });
  });

  it('of which the API knows nothing is a refusal', async () => {
    const unknown = await line.run(['events', 'get', 'no-such-event']);
    expect(unknown).toEqual({ code: 1, out: '', err: 'sluice: nothing is known of an event no-such-event\n' });
    expect((await line.run(['events', 'get', 'no-such-event', '--source', '/nowhere'])).code).toBe(1);
  });
});

it('a job is detached from, listed and cancelled', async () => {
  const { webhook_id: id } = await create('/job');
  expect((await publish('cli-job')).code).toBe(0);
  await receiver.waitFor(1, ({ path }) => path === '/job');
  await line.json('webhooks', 'pause', id);
  const started = await line.run(['replay', '--webhook', id, '--from', MOMENT, '--detach']);
  expect(started).toMatchObject({ code: 0, err: '' });
  const job = /^started (job_\S+): /.exec(started.out)?.[1] ?? '';
  expect((await line.run(['jobs', 'list'])).out).toContain(job);
  expect(await line.json('jobs', 'get', job)).toMatchObject({ id: job, state: 'running' });
  expect((await line.run(['jobs', 'cancel', job])).code).toBe(0);
  expect(await line.json('jobs', 'get', job)).toMatchObject({ state: 'cancelled' });
});

it('filters are tried on a sample here, and on recent events there', async () => {
  const filter = ['filters', 'test', '--filter', '{"n": {"$gt": 5}}'];
  expect(await line.run([...filter, '--sample', '{"n": 6}'])).toEqual({ code: 0, out: 'matches\n', err: '' });
  const failed = { code: 1, out: '', err: 'does not match: n $gt 5: the event has 3\n' };
  expect(await line.run([...filter, '--sample', '{"n": 3}'], { SLUICE_URL: 'http://127.0.0.1:9' })).toEqual(failed);
  for (const tried of [
    ['--sample', '{}'],
    ['--recent', '--event-type', 'follow.created'],
  ]) {
    const wrong = await line.run(['filters', 'test', '--filter', '{"n": {"$gx": 5}}', ...tried]);
    expect(wrong).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^sluice: the filter is not valid\n {2}n\.\$gx: /),
    });
  }
  expect((await publish('cli-recent')).code).toBe(0);
  await eventually('the recent event', async () => {
    const recent = await line.json<{ events: { id: string; matched: boolean }[] }>(
      ...['filters', 'test', '--recent', '--event-type', 'follow.created', '--filter', '{"followerProfileId": 3761}'],
    );
    return recent.events.some(({ id, matched }) => id === 'cli-recent' && matched);
  });
});

it('event types are registered, and keys made and revoked', async () => {
  expect((await line.run(['event-types', 'put', 'till.rung', '--schema', '{"type": "object"}'])).code).toBe(0);
  expect((await line.run(['event-types', 'list'])).out).toContain('till.rung');
  expect(await line.json('event-types', 'get', 'till.rung')).toMatchObject({ name: 'till.rung' });
  const { id, key, ...made } = await line.json<{ id: string; key: string }>(
    ...['keys', 'create', '--scope', 'read', '--name', 'reader', '--expires-at', '2100-01-01T00:00:00Z'],
  );
  expect(made).toMatchObject({ scopes: ['read'], name: 'reader', expires_at: '2100-01-01T00:00:00.000Z' });
  expect((await line.run(['webhooks', 'list', '--key', key])).code).toBe(0);
  expect((await line.run(['keys', 'list'])).out).toContain(id);
  expect(await line.run(['keys', 'revoke', id])).toMatchObject({ code: 0, out: `revoked ${id}\n` });
});

describe('a mistake', () => {
  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['webhooks', 'list', '--nonsense'], "unknown option '--nonsense'"],
    [['webhooks', 'create'], "required option '--endpoint <url>' not specified"],
    [['webhooks', 'list', '--url', 'localhost'], 'is no http or https address'],
    [['events', 'publish', '--type', 'a', '--data', '{}', '--example'], 'give --type and either --data or --example'],
    [['events', 'publish', '--type', 'a', '--data', '@/no/such/file'], "can't read /no/such/file: ENOENT"],
    [['filters', 'test', '--filter', '{}'], 'give either --sample or --recent'],
    [['webhooks', 'list', '--url', 'https://sluice.example'], 'no API key'],
    [['deliveries', 'list', '--since', 'yesterday'], 'nor a time like 30m, 1h or 2d'],
    [['keys', 'create', '--expires-at', 'soon'], 'nor a time like 30m, 1h or 2d'],
    [['jobs', 'list', '--limit', 'many'], 'It is no number'],
    [['webhooks', 'update', 'x', '--retry-schedule', '5x'], 'nor a time like 90s, 5m, 1h or 2d'],
  ])('in what was typed ends with 2: %j', async (args, text) => {
    const ended = await line.run(args);
    expect(ended).toMatchObject({ code: 2, out: '' });
    expect(ended.err).toContain(text);
  });

  it('that the API finds is told by its member', async () => {
    const args = ['webhooks', 'create', '--endpoint', 'ftp://x', '--event-type', 'follow.created'];
    const { code, err } = await line.run(args);
    expect(code).toBe(1);
    expect(err).toMatch(/^sluice: refused \(400\): /);
    expect(err).toMatch(/endpoint/);
    expect((await line.run(['webhooks', 'list', '--key', 'wrong'])).err).toMatch(
      /^sluice: refused \(401\): .+\n {2}The key is that of --key; an admin makes another: sluice keys create/,
    );
    expect((await line.run(['webhooks', 'list'], { SLUICE_API_KEY: 'old' })).err).toContain(
      'is that of SLUICE_API_KEY;',
    );
  });

  it('is told once, whatever the API says of its member', async () => {
    const ended = await line.run(['events', 'publish', '--type', 'no.such', '--data', '{}']);
    expect(ended).toMatchObject({ code: 1, err: expect.stringMatching(/^sluice: refused \(422\): type: .+\n$/) });
  });

  it('in a key does not tell the key', async () => {
    const ended = await line.run(['webhooks', 'list'], { SLUICE_API_KEY: 'sec\nret' });
    expect(ended).toMatchObject({ code: 2, err: expect.stringMatching(/^sluice: the API key has characters/) });
    expect(ended.err).not.toContain('ret');
  });

  it('of nobody: output that can not be written is told in a line, and a reader that goes away is none', async () => {
    const shell = (command: string) => {
      const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', command], {
        ...{ cwd: sluice.directory, encoding: 'utf8', env: { ...process.env, SLUICE: program } },
      });
      return { status, stdout, stderr };
    };
    expect(shell('node "$SLUICE" event-types list > /dev/full')).toEqual({
      ...{ status: 1, stdout: '', stderr: "sluice: can't write the output: ENOSPC\n" },
    });
    const head = shell('node "$SLUICE" event-types list | head -c 1');
    expect(head).toEqual({ status: 0, stdout: 'N', stderr: '' });
  });

  it('of nobody: an address where nothing listens ends with 3', async () => {
    const { code, err } = await line.run(['webhooks', 'list', '--url', `http://127.0.0.1:${await ownPort()}`]);
    expect(code).toBe(3);
    expect(err).toMatch(/^sluice: can't reach Sluice at .*: nothing listens there .*\n$/);
  });
});

it('has help and a version', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../apps/cli/package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(await line.run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  expect((await line.run(['deliveries', '--help'])).out).toContain('$ sluice resend --webhook');
  const help = await line.run(['webhooks', 'create', '--help']);
  expect(help).toMatchObject({ code: 0, err: '' });
  expect(help.out).toContain('--json');
});
