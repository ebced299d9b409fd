import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Fault } from '../refusals/fault.js';

const NAMES = 'sluice:query';
const NAME_SHOWN = 100;

/** The query parameters of a route; without it, the route has none. */
export const TakesQuery = (...names: readonly string[]) => SetMetadata(NAMES, names);

/** Refuses with 400 what a route would not look at: a misspelt parameter would change nothing, in silence. */
@Injectable()
export class QueryGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const names: readonly string[] = Reflect.getMetadata(NAMES, context.getHandler()) ?? [];
    const query = context.switchToHttp().getRequest<FastifyRequest>().query as Record<string, unknown>;
    const unknown = Object.keys(query).find((name) => !names.includes(name));
    if (unknown === undefined) return true;
    const path = unknown.slice(0, NAME_SHOWN);
    const taken = names.length === 0 ? 'none' : names.join(' and ');
    throw new Fault(400, `unknown query parameter ${path}: this path takes ${taken}`, {
      errors: [{ path, message: 'is not known here' }],
    });
  }
}
