import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import type { Principal, Purpose } from '@sluice/contracts/principal';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RepeatedRequests } from '../idempotency/repeated-requests.js';
import { faultOf } from '../refusals/fault.js';
import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { credentialOf } from './credential.js';
import { demandPortalPage, portalSessionOf } from './portal-cookie.js';
import { RateLimits } from './rate-limits.js';

const PURPOSE = 'sluice:purpose';

/** What a route is for: the caller's key must be allowed to do that. A route without it is open to everybody. */
export const Requires = (purpose: Purpose) => SetMetadata(PURPOSE, purpose);

/** The caller of a route that {@link Requires} a purpose. */
export const CurrentCaller = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  if (caller === null) throw new Error('the route states no purpose, so it has no caller');
  return caller;
});

/**
 * Lets a request through when its credential may do what the route is for and has not used up its rate, and when it is not
 * the repetition of one. 401, 403 and 429 are thrown as faults; a registry that is away is a 503 once the credential is no longer remembered.
 */
@Injectable()
export class CallerGuard implements CanActivate {
  constructor(
    @Inject(Authenticator) private readonly authenticator: Authenticator,
    @Inject(RateLimits) private readonly limits: RateLimits,
    @Inject(RepeatedRequests) private readonly repeated: RepeatedRequests,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const purpose: Purpose | undefined = Reflect.getMetadata(PURPOSE, context.getHandler());
    if (purpose === undefined) return true;
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const credential = await this.credential(request);
    const principal =
      this.authenticator.known(credential, purpose) ?? (await this.resolve(credential, purpose, request.ip));
    http.getResponse<FastifyReply>().headers(await this.limits.request(principal.keyId));
    request.caller = { credential, principal, address: request.ip };
    await this.repeated.admit(request, request.caller);
    return true;
  }

  private async credential(request: FastifyRequest): Promise<string> {
    const session = portalCredential(request);
    if (session !== null) return session;
    try {
      return credentialOf(request.headers.authorization);
    } catch (fault) {
      await this.limits.failure(request.ip);
      throw fault;
    }
  }

  private async resolve(credential: string, purpose: Purpose, address: string): Promise<Principal> {
    await this.limits.mayTry(address);
    await this.limits.mayAsk(credential);
    const result = await this.authenticator.ask(credential, purpose);
    if (result.ok) return result.value;
    if (result.refusal.code === 'unauthenticated') await this.limits.failure(address);
    else await this.limits.forbidden(credential);
    throw faultOf(result.refusal);
  }
}

/** On our own API the cookie of the portal counts, where no key is sent. @throws {Fault} 403 when another site may have asked. */
function portalCredential(request: FastifyRequest): string | null {
  if (request.headers.authorization !== undefined || !request.url.startsWith('/v1/')) return null;
  const session = portalSessionOf(request);
  if (session !== null) demandPortalPage(request);
  return session;
}
