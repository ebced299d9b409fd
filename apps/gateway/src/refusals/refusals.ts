import type { Logger } from '@sluice/service-kit/logger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AllowedMethods } from './allowed-methods.js';
import { drainRest } from './drain-rest.js';
import { type Face, pathOf } from './face.js';
import { Fault } from './fault.js';
import { faultOfException } from './fault-of-exception.js';

/**
 * Turns whatever was thrown, by our handlers or by the framework, into the answer of the face that was asked. The one
 * place where a refusal leaves the service.
 */
export class Refusals {
  constructor(
    private readonly faces: readonly Face[],
    private readonly methods: AllowedMethods,
    private readonly logger: Logger,
  ) {}

  /** The face of a path; the last one owns all that nobody else does. */
  faceOf(path: string): Face {
    const face = this.faces.find((candidate) => candidate.owns(path));
    if (face === undefined) throw new Error(`no face owns ${path}`);
    return face;
  }

  answer(exception: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const path = pathOf(request.raw.url ?? '/');
    const { fault: found, unexpected } = faultOfException(exception);
    if (unexpected) this.logger.error({ err: exception, method: request.method, path }, 'request.failed');
    const face = this.faceOf(path);
    const unrouted = request.is404 && found.status === 404 && face.hidesMethods !== true;
    const fault = unrouted ? this.otherMethod(request.method, path, found) : found;
    if (reply.sent || reply.raw.headersSent) return;
    const { contentType, body } = face.refuse(fault, path);
    if (!request.raw.complete) drainRest(request.raw, reply);
    const { retryAfterSeconds, headers } = fault.details;
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(retryAfterSeconds))));
    reply.headers({ ...face.headers, ...headers });
    reply.status(fault.status).type(contentType).send(body);
  }

  /** No route for the method, but others for the path: 405 with `Allow` instead of 404. */
  private otherMethod(method: string, path: string, notFound: Fault): Fault {
    const allowed = this.methods.of(path);
    // A part of the path that is too long is no part of any route.
    if (allowed.length === 0 || allowed.includes(method)) return notFound;
    return new Fault(405, `${method} is not possible here: ${allowed.join(', ')} can be`, {
      headers: { allow: allowed.join(', ') },
    });
  }
}
