import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Refusals } from './refusals.js';

/** Hands everything that Nest or Fastify caught to {@link Refusals}, so that no default body ever leaves. */
@Catch()
export class RefusalFilter implements ExceptionFilter {
  constructor(private readonly refusals: Refusals) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.refusals.answer(exception, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
