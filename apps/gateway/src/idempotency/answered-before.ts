import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { RememberedAnswer } from '@sluice/contracts/idempotency-commands';
import type { FastifyReply } from 'fastify';

/** Thrown instead of carrying a request out again. */
export class AnsweredBefore extends Error {
  override readonly name = 'AnsweredBefore';

  constructor(readonly answer: RememberedAnswer) {
    super('this request was answered before');
  }
}

/** Gives the first answer again, as it was. */
@Catch(AnsweredBefore)
export class AnsweredBeforeFilter implements ExceptionFilter<AnsweredBefore> {
  catch({ answer: { status, contentType, body, etag } }: AnsweredBefore, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (etag !== undefined) reply.header('etag', etag);
    reply.header('idempotency-replayed', 'true').status(status).type(contentType).send(body);
  }
}
