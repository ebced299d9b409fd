import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A request about the base that its path names. */
export interface BaseRequest {
  request: FastifyRequest;
  reply: FastifyReply;
  baseId: string;
}

/** The request of a route with a `:baseId`. */
export const AboutBase = createParamDecorator((_data: unknown, context: ExecutionContext): BaseRequest => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest<{ Params: { baseId: string } }>>();
  return { request, reply: http.getResponse<FastifyReply>(), baseId: request.params.baseId };
});
