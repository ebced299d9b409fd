import type { Audience } from '@sluice/contracts/event-record';
import type { Principal } from '@sluice/contracts/principal';
import { Fault } from '../refusals/fault.js';

/** For messages. */
export const AUDIENCE_HEADER = 'Sluice-Audience';

/**
 * For whom the events of a request are, by its `Sluice-Audience` header: `own` (also when absent), `all`, or
 * `account/<id>`. Other accounts than one's own demand the right (docs/architecture.md section 3).
 *
 * @throws {Fault} 400 when the header says something else, 403 without the right.
 */
export function audienceOf(header: string | string[] | undefined, principal: Principal): Audience {
  const audience = readAudience(header);
  if (audience.to === 'own' || (audience.to === 'account' && audience.accountId === principal.accountId)) {
    return { to: 'own' };
  }
  if (principal.audience === 'any') return audience;
  throw new Fault(403, 'this key may publish for its own account only', {
    errors: [{ path: AUDIENCE_HEADER, message: 'demands a key with the right to publish for other accounts' }],
  });
}

function readAudience(header: string | string[] | undefined): Audience {
  if (header === undefined || header === 'own') return { to: 'own' };
  if (header === 'all') return { to: 'all' };
  const accountId = typeof header === 'string' ? /^account\/([\w.:-]{1,128})$/.exec(header)?.[1] : undefined;
  if (accountId !== undefined) return { to: 'account', accountId };
  const message = 'must be own, all, or account/ and the id of an account';
  throw new Fault(400, `${AUDIENCE_HEADER}: ${message}`, { errors: [{ path: AUDIENCE_HEADER, message }] });
}
