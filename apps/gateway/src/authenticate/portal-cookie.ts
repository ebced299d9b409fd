import { PORTAL_SESSION } from '@sluice/contracts/portal-commands';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../refusals/fault.js';

const COOKIE = 'sluice_portal';
/** The portal's own page sends this; a form or a link of another site can't. */
const HEADER = 'sluice-portal';
const SAFE = ['GET', 'HEAD'];

/** The portal's session in the cookies of a request; null when there is none, or it is none of ours. */
export function portalSessionOf({ headers }: FastifyRequest): string | null {
  const value = headers.cookie
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === COOKIE)?.[1];
  return value !== undefined && PORTAL_SESSION.test(value) ? value : null;
}

/** `Set-Cookie` for a session that no script reads and no other site sends; an empty one takes the cookie away. */
export function portalCookie(session: string, { secure }: { secure: boolean }): string {
  const gone = session === '' ? '; Max-Age=0' : '';
  return `${COOKIE}=${session}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${gone}`;
}

/**
 * A browser sends the cookie by itself, whoever made it ask: a change must show that the portal's page asked for it.
 *
 * @throws {Fault} 403 when it does not.
 */
export function demandPortalPage({ method, headers }: FastifyRequest): void {
  if (SAFE.includes(method)) return;
  const site = headers['sec-fetch-site'];
  if (headers[HEADER] === '1' && (site === undefined || site === 'same-origin')) return;
  throw new Fault(
    403,
    'with the cookie of the portal this needs the header Sluice-Portal: 1, from a page of the same origin',
  );
}
