import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { portalSessionOf } from '../authenticate/portal-cookie.js';
import { REGISTRY } from '../parts.js';
import { Fault, faultOf } from '../refusals/fault.js';
import { webhooksPage } from './portal-page.js';
import { SessionExchange } from './session-exchange.js';

const WEBHOOKS_SHOWN = 1_000;

/** The page behind a `portal_link`: an account's webhooks, for whoever holds the token. */
@Controller('portal')
export class PortalController {
  constructor(
    @Inject(REGISTRY) private readonly registry: Registry,
    @Inject(SessionExchange) private readonly sessions: SessionExchange,
  ) {}

  /** With `?token=` the browser gets a session, and goes on to the same page without the token. */
  @Get()
  async show(
    @Req() request: FastifyRequest,
    @Query('token') token: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (token !== undefined) return this.sessions.exchange(token, request, reply);
    const credential = portalSessionOf(request);
    if (credential === null) throw new Fault(401, 'This page opens with a link that holds a token.');
    const found = await this.registry.getAccount({ credential });
    if (!found.ok) throw faultOf(found.refusal);
    const listed = await this.registry.listWebhooks({ credential, limit: WEBHOOKS_SHOWN });
    if (!listed.ok) throw faultOf(listed.refusal);
    const { webhooks, more = false } = listed.value;
    reply.type('text/html; charset=utf-8').send(webhooksPage(found.value.account.name, webhooks, more));
  }
}
