import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../refusals/fault.js';
import { type PortalFile, PortalFiles } from './portal-files.js';
import { SessionExchange } from './session-exchange.js';

/** A name says what is in the file, so it never has to be asked for again. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** What is behind a `portal_link`: an account's webhooks, for whoever holds the token. */
@Controller('portal')
export class PortalController {
  constructor(
    @Inject(SessionExchange) private readonly sessions: SessionExchange,
    @Inject(PortalFiles) private readonly files: PortalFiles,
  ) {}

  /** With `?token=` the browser gets a session, and goes on to the same page without the token. */
  @Get()
  async open(
    @Req() request: FastifyRequest,
    @Query('token') token: unknown,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (token !== undefined) return this.sessions.exchange(token, request, reply);
    // Without a session as well: a browser that comes by a link of another site sends the cookie with the page's own
    // requests, and not with this one. The page says so itself when there is none.
    sendFile(this.files.page, request, reply);
  }

  @Get('assets/:name')
  asset(@Param('name') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const file = this.files.assets.get(name);
    if (file === undefined) throw new Fault(404, 'there is no such file');
    sendFile(file, request, reply.header('cache-control', FOR_EVER));
  }

  /** All other paths are the page's own: it shows what the path says. */
  @Get('*')
  page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    sendFile(this.files.page, request, reply);
  }
}

/** Takes gzip (RFC 9110 section 12.5.3): a weight of 0 says that it is not taken. */
const TAKES_GZIP = /(?:^|,)\s*gzip\s*(?:;\s*q=(?:1|0\.0{0,2}[1-9])[\d.]*\s*)?(?:,|$)/i;

/** Compressed for whoever takes that. */
function sendFile({ contentType, body, gzipped }: PortalFile, { headers }: FastifyRequest, reply: FastifyReply): void {
  reply.type(contentType).header('vary', 'accept-encoding');
  if (TAKES_GZIP.test(headers['accept-encoding'] ?? '')) reply.header('content-encoding', 'gzip').send(gzipped);
  else reply.send(body);
}
