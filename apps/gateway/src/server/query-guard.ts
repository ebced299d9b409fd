import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { checked } from '../operations/checked.js';

/** Refuses with 400 what a route would not look at: a misspelt parameter would change nothing, in silence. */
@Injectable()
export class QueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    checked(z.strictObject({}), context.switchToHttp().getRequest<FastifyRequest>().query);
    return true;
  }
}
