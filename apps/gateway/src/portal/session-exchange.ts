import { createHash } from 'node:crypto';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { portalCookie } from '../authenticate/portal-cookie.js';
import type { RateLimits } from '../authenticate/rate-limits.js';
import { Fault, faultOf } from '../refusals/fault.js';
import type { PortalLinks } from './portal-links.js';

const TOKEN_LIMIT = 4_096;
const TRY_AGAIN = 'Ask for a new link where you got this one.';

/** Takes the token of a link out of the address: a token in an address ends up in histories and logs. */
export class SessionExchange {
  constructor(
    private readonly registry: Pick<Registry, 'openPortalSession'>,
    private readonly limits: RateLimits,
    private readonly links: PortalLinks,
  ) {}

  /**
   * Gives the browser a session in a cookie that no script reads, and sends it on to the portal without the token.
   *
   * @throws {Fault} 401 when the link opens nothing (any more), 429 when too many of this address did not, or the link is
   * opened more often than a key may ask.
   */
  async exchange(token: unknown, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const session = await this.open(token, request.ip);
    const secure = this.links.secure(request);
    reply.header('set-cookie', portalCookie(session, { secure })).redirect('/portal', 303);
  }

  private async open(token: unknown, address: string): Promise<string> {
    if (typeof token !== 'string') throw new Fault(401, `The link holds more than one token. ${TRY_AGAIN}`);
    await this.limits.mayTry(address);
    const isToken = token !== '' && token.length <= TOKEN_LIMIT;
    if (isToken) await this.limits.opening(createHash('sha256').update(token).digest('base64'));
    const result = isToken ? await this.registry.openPortalSession({ token, from: address }) : null;
    if (result?.ok) return result.value.session;
    await this.limits.failure(address);
    const message = result === null ? 'this is no token of ours' : faultOf(result.refusal).message;
    throw new Fault(401, `${message}. ${TRY_AGAIN}`);
  }
}
