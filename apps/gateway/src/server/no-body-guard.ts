import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { JsonMembers } from './json-body.js';
import { bodyOf } from './raw-bodies.js';

/** For paths that say everything: a body is not needed, and one that is sent is a JSON object without members, or refused. */
@Injectable()
export class NoBodyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (bodyOf(request).length > 0) JsonMembers.of(request).only();
    return true;
  }
}
