import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Inbox, InboxArrival } from './inbox.js';
import { inboxPage } from './inbox-page.js';

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const ONLY_HERE = { message: 'the development inbox is for this machine: ask for it as localhost' };

const asJson = ({ body, ...arrival }: InboxArrival) => ({
  ...arrival,
  body: body.toString('utf8'),
  bodyBase64: body.toString('base64'),
});

/** `/dev/inbox` for people (and for programs that ask for JSON), `/dev/inbox.json` for programs. */
export function serveInbox(server: FastifyInstance, inbox: Inbox, receiverUrl: () => string): void {
  // A page of another site must not be able to read it by giving its own name this machine's address.
  const fromHere = (request: FastifyRequest): boolean => LOCAL_HOST.test(request.host);
  const json = () => ({ receiver: receiverUrl(), arrivals: inbox.list().map(asJson) });
  server.get('/dev/inbox.json', async (request, reply) =>
    fromHere(request) ? json() : reply.code(403).send(ONLY_HERE),
  );
  server.get('/dev/inbox', async (request, reply) => {
    if (!fromHere(request)) return reply.code(403).send(ONLY_HERE);
    if (request.headers.accept?.includes('application/json')) return json();
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(inboxPage(inbox.list(), receiverUrl()));
  });
}
