import type { Refusal } from '@sluice/contracts/result';
import { Fault } from '../refusals/fault.js';

const INVALID = 'Invalid request: parameter validation failed. Check your request data.';
const HIDDEN =
  'Invalid permissions, or the requested model was not found. Check that both your user and your token have the ' +
  'required permissions, and that the model names and/or ids are correct.';
const FORBIDDEN = 'You are not permitted to perform this operation';

/** How long contract airtable 5.2 has a client wait, where the refusal says nothing else. */
const PENALTY_SECONDS = 30;

/** What is wrong with the request itself: the contract's sentence, and after it what is wrong where. */
export const invalidRequest = (pointer: string): Fault =>
  new Fault(422, `${INVALID} ${pointer}`, { type: 'INVALID_REQUEST_UNKNOWN' });

/** The body is no JSON. */
export const unreadableBody = (reason: string): Fault =>
  new Fault(400, `Could not parse request body: ${reason}`, { type: 'INVALID_REQUEST_BODY' });

/** What the registry or the dispatcher refused, as contract airtable 1.7 answers it; the rest is the face's. */
export function airtableFault({ code, message, field, retryAfterSeconds = PENALTY_SECONDS }: Refusal): Fault {
  switch (code) {
    case 'unauthenticated':
      return new Fault(401, message, { headers: { 'www-authenticate': 'Bearer' } });
    case 'hidden':
      return new Fault(403, HIDDEN, { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' });
    case 'forbidden':
      return new Fault(403, FORBIDDEN, { type: 'INVALID_PERMISSIONS' });
    case 'not_found':
      return new Fault(404, message, { type: 'NOT_FOUND' });
    case 'too_many':
      return new Fault(422, message, { type: 'TOO_MANY_WEBHOOKS_IN_BASE' });
    case 'too_many_of_integration':
      return new Fault(422, message, { type: 'TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE' });
    case 'rate_limited':
      return new Fault(429, message, { retryAfterSeconds });
    case 'invalid':
    case 'conflict':
    case 'changed':
      return invalidRequest(field === undefined || message.includes(field) ? message : `${field}: ${message}`);
  }
}
