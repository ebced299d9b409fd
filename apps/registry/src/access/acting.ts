import type { Principal, Purpose } from '@sluice/contracts/principal';
import type { Result } from '@sluice/contracts/result';
import type { Logger } from '@sluice/service-kit/logger';
import type { ResolvedPrincipal } from '../credentials/resolved-principal.js';
import type { Access } from './access.js';

/** What commands that act for an account have in common: permission before, a line in the log after. */
export class Acting {
  constructor(
    private readonly access: Access,
    private readonly logger: Logger,
  ) {}

  /** Acts if the caller's key allows it. */
  async allowed<T>(
    credential: string,
    purpose: Purpose,
    act: (principal: ResolvedPrincipal) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const principal = await this.access.principal(credential, purpose);
    return principal.ok ? act(principal.value) : principal;
  }

  /** One line for a change that was carried out. */
  logged<T>(
    result: Result<T>,
    fact: string,
    { accountId, keyId }: Principal,
    fields: (value: T) => Record<string, unknown>,
  ): Result<T> {
    if (result.ok) this.logger.info({ accountId, keyId, ...fields(result.value) }, fact);
    return result;
  }
}
