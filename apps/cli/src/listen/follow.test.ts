import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/api-client.js';
import { EXIT } from '../failure/command-failure.js';
import { follow } from './follow.js';

const PATH = '/v1/events/follow';
const FOLLOWED = { idOf: ({ id }: { id: string }) => id, greeting: 'Following.' };

let server: Server | undefined;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  vi.restoreAllMocks();
});

/** A server whose connections stay open, so that one that ends before its answer does is cut. */
async function serving(answer: (response: ServerResponse, lastEventId: string | undefined) => void) {
  server = createServer(({ headers }, response) => answer(response, headers['last-event-id'] as string | undefined));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return new ApiClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'key', '--key');
}

it('connects again behind what was read when the first stream is cut by an error', async () => {
  const remarks = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const api = await serving((response, lastEventId) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (lastEventId === undefined)
      response.write('id: a\ndata: {"id":"1"}\n\n', () => response.socket?.resetAndDestroy());
    else response.write(`id: b\ndata: {"id":"2","after":"${lastEventId}"}\n\n`);
  });
  const ending = new AbortController();
  const told: object[] = [];
  for await (const { thing } of follow<{ id: string }>(api, PATH, { ...FOLLOWED, signal: ending.signal })) {
    told.push(thing);
    if (thing.id === '2') ending.abort();
  }
  expect(told).toEqual([{ id: '1' }, { id: '2', after: 'a' }]);
  expect(remarks.mock.calls.map(([text]) => String(text)).join('')).toMatch(
    /^Following\.\nThe stream was cut \(.+\); trying again in 1 s\.\nConnected again\.\n$/,
  );
});

it('ends when the first stream can not be opened', async () => {
  const api = await serving((response) => response.socket?.destroy());
  const following = follow(api, PATH, { ...FOLLOWED, signal: new AbortController().signal });
  await expect(following.next()).rejects.toMatchObject({ exitCode: EXIT.unreachable });
});
