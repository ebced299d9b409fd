import { JsonFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../refusals/fault.js';
import { JsonMembers } from '../server/json-body.js';
import { bodyOf } from '../server/raw-bodies.js';
import { invalidRequest, unreadableBody } from './airtable-fault.js';

export interface WebhookCreation {
  notificationUrl: string | null;
  /** JSON text as it was written. */
  specification: string;
}

/**
 * The body of a creation, contract airtable 1.1. Only its shape is checked here: what a specification may say is the
 * registry's to judge.
 *
 * @throws {Fault} 422 naming the member, 400 when it is no JSON, 415 when it is sent as something else.
 */
export function readCreation(request: FastifyRequest): WebhookCreation {
  return reading(() => {
    const body = JsonMembers.of(request).only('notificationUrl', 'specification');
    const notificationUrl = body.optionalString('notificationUrl');
    body.object('specification');
    return { notificationUrl, specification: body.text('specification') ?? '' };
  });
}

/** The body of `enableNotifications`, contract airtable 1.5. @throws {Fault} as {@link readCreation} does. */
export function readEnable(request: FastifyRequest): boolean {
  return reading(() => {
    const body = JsonMembers.of(request).only('enable');
    const enable = body.value('enable');
    if (typeof enable === 'boolean') return enable;
    throw body.fault('enable', enable === undefined ? 'is required and missing' : 'must be true or false');
  });
}

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
