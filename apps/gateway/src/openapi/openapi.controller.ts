import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Operation } from '../operations/operation.js';
import { DOCS_STYLE } from './docs-style.js';
import { getDocs, getDocsStyle, getOpenapi } from './openapi-operations.js';
import { Reference } from './reference.js';

/** Our own style and nothing else: no script, no picture, nothing of another origin. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** What can be asked here, for programs and for people. The same for everybody, so it needs no key. */
@Controller('v1')
export class OpenapiController {
  constructor(@Inject(Reference) private readonly reference: Reference) {}

  @Get('openapi.json')
  @Operation(getOpenapi)
  @Header('content-type', 'application/json; charset=utf-8')
  document(): string {
    return this.reference.text;
  }

  @Get('docs')
  @Operation(getDocs)
  page(@Res() reply: FastifyReply): void {
    reply.headers(PAGE_HEADERS).type('text/html; charset=utf-8').send(this.reference.page);
  }

  @Get('docs.css')
  @Operation(getDocsStyle)
  style(@Res() reply: FastifyReply): void {
    reply.headers(PAGE_HEADERS).type('text/css; charset=utf-8').send(DOCS_STYLE);
  }
}
