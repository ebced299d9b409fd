import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RateLimits } from '../authenticate/rate-limits.js';
import { REGISTRY } from '../parts.js';
import { Fault, faultOf } from '../refusals/fault.js';
import { PortalLinks } from './portal-links.js';
import { webhooksPage } from './portal-page.js';

const COOKIE = 'sluice_portal';
const TOKEN_LIMIT = 4_096;
const TRY_AGAIN = 'Ask for a new link where you got this one.';

/** The page behind a `portal_link`: an account's webhooks, for whoever holds the token. */
@Controller('portal')
export class PortalController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(RateLimits) private readonly limits: RateLimits,
    @Inject(PortalLinks) private readonly links: PortalLinks,
  ) {}

  /**
   * With `?token=` the token moves into a cookie that no script reads, and the browser goes on to the same page without
   * it: a token in an address ends up in histories and logs.
   */
  @Get()
  async show(
    @Req() request: FastifyRequest,
    @Query('token') token: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (token === undefined) {
      const {
        accountName,
        webhooks,
        total = webhooks.length,
      } = await this.open(cookieOf(request.headers.cookie), request.ip);
      reply.type('text/html; charset=utf-8').send(webhooksPage(accountName, webhooks, total));
      return;
    }
    if (typeof token !== 'string') throw new Fault(401, `The link holds more than one token. ${TRY_AGAIN}`);
    await this.open(token, request.ip);
    const secure = this.links.secure(request) ? '; Secure' : '';
    reply
      .header('set-cookie', `${COOKIE}=${encodeURIComponent(token)}; Path=/portal; HttpOnly; SameSite=Lax${secure}`)
      .redirect('/portal', 303);
  }

  private async open(token: string | null, address: string) {
    if (token === null || token === '')
      throw new Fault(401, `This page opens with a link that holds a token. ${TRY_AGAIN}`);
    await this.limits.mayTry(address);
    const result = token.length > TOKEN_LIMIT ? null : await this.registry.portal({ token });
    if (result?.ok) return result.value;
    await this.limits.failure(address);
    const fault = result === null ? new Fault(401, 'This is no token of ours.') : faultOf(result.refusal);
    throw new Fault(fault.status === 403 ? 403 : 401, `${fault.message}. ${TRY_AGAIN}`);
  }
}

function cookieOf(header: string | undefined): string | null {
  const value = header
    ?.split(';')
    .map((pair) => pair.trim().split('='))
    .find(([name]) => name === COOKIE)?.[1];
  try {
    return value === undefined ? null : decodeURIComponent(value);
  } catch {
    return null;
  }
}
