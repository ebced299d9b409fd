import type { AddressInfo } from 'node:net';
import { newSecret } from '@sluice/signatures/secret';
import { sign } from '@sluice/signatures/sign';
import Fastify from 'fastify';
import { Agent } from 'undici';

/**
 * What an intake and a relay cost at the least: a Fastify route that parses the body as JSON and answers how many events
 * there are, and one that also signs the event's data and sends it on to `url`, without keeping anything.
 */
interface PublishedEvent {
  id: string;
  data: unknown;
}
const [url = ''] = process.argv.slice(2);
const server = Fastify({ bodyLimit: 8 * 1024 * 1024 });
const agent = new Agent();
const secrets = [newSecret()];

const parse = (_request: unknown, body: string, done: (error: null, value: unknown) => void) =>
  done(null, JSON.parse(body));
server.addContentTypeParser('application/cloudevents+json', { parseAs: 'string' }, parse);
server.addContentTypeParser('application/cloudevents-batch+json', { parseAs: 'string' }, parse);

server.post('/v1/events', async (request, reply) => {
  const accepted = Array.isArray(request.body) ? request.body.length : 1;
  return reply.code(202).send({ accepted });
});

server.post('/relay', async (request, reply) => {
  const event = request.body as PublishedEvent;
  const body = Buffer.from(JSON.stringify(event.data));
  const id = `msg_${event.id}`;
  const timestampSeconds = Math.floor(Date.now() / 1_000);
  const signature = sign({ id, timestampSeconds, body, secrets });
  const signed = { 'webhook-id': id, 'webhook-timestamp': String(timestampSeconds), 'webhook-signature': signature };
  const headers = { 'content-type': 'application/json', 'ce-id': event.id, ...signed };
  const sent = agent.request({ origin: url, path: '/', method: 'POST', headers, body });
  sent.then((answer) => answer.body.dump()).catch((error: unknown) => server.log.error(error));
  return reply.code(202).send({ accepted: 1 });
});

await server.listen({ host: '127.0.0.1', port: 0 });
process.on('message', () => process.send?.('still here'));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: (server.server.address() as AddressInfo).port });
