import type { FastifyInstance } from 'fastify';
import { Fault } from '../refusals/fault.js';

/** RFC 9112 section 3.2: a request of HTTP/1.1 has one Host header. Node would answer 400 without a body. */
export function demandHost(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ raw: { rawHeaders, httpVersion } }) => {
    const hosts = rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length;
    if (hosts > 1 || (hosts === 0 && httpVersion !== '1.0')) {
      throw new Fault(400, `the request has ${hosts === 0 ? 'no' : 'more than one'} Host header: it must have one`);
    }
  });
}
