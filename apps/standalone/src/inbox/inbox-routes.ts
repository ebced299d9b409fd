import type { FastifyInstance } from 'fastify';
import type { Inbox, InboxArrival } from './inbox.js';
import { inboxPage } from './inbox-page.js';

const asJson = ({ body, ...arrival }: InboxArrival) => ({
  ...arrival,
  body: body.toString('utf8'),
  bodyBase64: body.toString('base64'),
});

/** `/dev/inbox` for people (and for programs that ask for JSON), `/dev/inbox.json` for programs. */
export function serveInbox(server: FastifyInstance, inbox: Inbox, receiverUrl: () => string): void {
  const json = () => ({ receiver: receiverUrl(), arrivals: inbox.list().map(asJson) });
  server.get('/dev/inbox.json', async () => json());
  server.get('/dev/inbox', async (request, reply) => {
    if (request.headers.accept?.includes('application/json')) return json();
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(inboxPage(inbox.list(), receiverUrl()));
  });
}
