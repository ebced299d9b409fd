import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../refusals/fault.js';
import { bodyOf } from '../server/raw-bodies.js';
import { checked } from './checked.js';
import type { OperationDefinition } from './operation.js';
import { readJson } from './read-json.js';

export const OPERATION = 'sluice:operation';

/** What the schemas of an operation made of a request. */
export interface Asked<D extends OperationDefinition> {
  params: D extends OperationDefinition<infer P> ? z.output<P> : never;
  query: D extends OperationDefinition<z.ZodObject, infer Q> ? z.output<Q> : never;
  body: D extends OperationDefinition<z.ZodObject, z.ZodType, infer B> ? z.output<B> : never;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `AskedGuard` on the routes of operations. */
    asked: Asked<OperationDefinition> | null;
  }
}

/** What was asked of the operation that the handler is of. */
export const Asked = createParamDecorator((_data: unknown, context: ExecutionContext): unknown => {
  const { asked } = context.switchToHttp().getRequest<FastifyRequest>();
  if (asked === null) throw new Error('the handler is of no operation, so nothing was read for it');
  return asked;
});

const NOTHING = z.strictObject({});
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'DELETE']);

/** Reads a request as its operation says, and refuses what it says nothing of: a misspelt name would change nothing, in silence. */
@Injectable()
export class AskedGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const operation: OperationDefinition = Reflect.getMetadata(OPERATION, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.asked = readAsked(operation, request);
    return true;
  }
}

/**
 * What the schemas of an operation make of a request: for handlers that judge the credential themselves, and read afterwards.
 *
 * @throws {Fault} 400, 404 or 415; JsonFault when the body is no JSON.
 */
export const readAsked = <D extends OperationDefinition>(operation: D, request: FastifyRequest): Asked<D> =>
  ({
    query: checked(operation.query ?? NOTHING, request.query, 'query'),
    params: paramsOf(operation, request),
    body: bodyFor(operation, request),
  }) as Asked<D>;

function paramsOf({ params = NOTHING, absent }: OperationDefinition, request: FastifyRequest): unknown {
  try {
    return checked(params, request.params);
  } catch (fault) {
    if (absent !== undefined && fault instanceof Fault) throw new Fault(404, absent);
    throw fault;
  }
}

/** Where nothing is to be said in a body, one that is sent is a JSON object without members. */
function bodyFor({ body, rawBody }: OperationDefinition, request: FastifyRequest): unknown {
  if (rawBody !== undefined) return undefined;
  if (body !== undefined) return checked(body, readJson(request, body));
  if (WITHOUT_BODY.has(request.method) || bodyOf(request).length === 0) return undefined;
  return checked(NOTHING, readJson(request, NOTHING));
}
