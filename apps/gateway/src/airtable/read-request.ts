import { JsonFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';
import type { FastifyRequest } from 'fastify';
import { type Asked, readAsked } from '../operations/asked.js';
import type { OperationDefinition } from '../operations/operation.js';
import { Fault } from '../refusals/fault.js';
import { bodyOf } from '../server/raw-bodies.js';
import { invalidRequest, unreadableBody } from './airtable-fault.js';

/**
 * What is asked of an operation on a base. Only the shape is checked here: what a specification may say is the registry's to
 * judge.
 *
 * @throws {Fault} 422 naming the member, 400 when the body is no JSON, 415 when it is sent as something else.
 */
export const readRequest = <D extends OperationDefinition>(operation: D, request: FastifyRequest): Asked<D> =>
  reading(() => readAsked(operation, request));

/** A body that nothing is read from: none, or any JSON. @throws {Fault} 400 when it is something else. */
export function readNothing(request: FastifyRequest): void {
  const body = bodyOf(request);
  if (body.length > 0) reading(() => parseJson(body));
}

/** What every face answers 400 to is in the contract 422 where the body could be read, and 400 where it could not. */
function reading<A>(read: () => A): A {
  try {
    return read();
  } catch (error) {
    if (error instanceof JsonFault) throw unreadableBody(error.message);
    if (error instanceof Fault && error.status === 400) throw invalidRequest(error.message);
    throw error;
  }
}
