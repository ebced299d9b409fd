import type { DispatcherAct } from '@sluice/contracts/audit-commands';
import type { Registry } from '@sluice/contracts/registry-commands';
import type { Logger } from '@sluice/service-kit/logger';
import type { Caller } from '../../authenticate/caller.js';
import { carriedOut } from '../../refusals/carried-out.js';

/** The audit trail of what the dispatchers did at a caller's word. */
export class DispatcherActs {
  constructor(
    private readonly registry: Pick<Registry, 'recordAct'>,
    private readonly logger: Logger,
  ) {}

  /** When the registry is away it stands in the log: what was done is answered as done, so that nobody does it again. */
  async record(
    { credential, principal, address: from }: Caller,
    action: DispatcherAct,
    subject: string,
  ): Promise<void> {
    try {
      carriedOut(await this.registry.recordAct({ credential, action, subject, from }));
    } catch (error) {
      const { accountId, keyId } = principal;
      this.logger.error({ err: error, accountId, keyId, action, subject, from }, 'audit.not_recorded');
    }
  }
}
