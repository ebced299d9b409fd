import type { Audience } from '@sluice/contracts/event-record';
import type { Registry } from '@sluice/contracts/registry-commands';
import { BoundedMap } from '@sluice/service-kit/bounded-map';
import { Fault, faultOf } from '../refusals/fault.js';
import { AUDIENCE_HEADER } from './audience.js';

const REMEMBERED_ACCOUNTS = 10_000;

/** The accounts that events were published for here. Accounts do not go away, so that what exists is asked for once. */
export class KnownAccounts {
  private readonly existing = new BoundedMap<string, true>(REMEMBERED_ACCOUNTS);

  constructor(private readonly registry: Pick<Registry, 'accountExists'>) {}

  /** @throws {Fault} 422 when the audience is an account that does not exist: its events would reach nobody. */
  async demand(audience: Audience, credential: string): Promise<void> {
    if (audience.to !== 'account' || this.existing.has(audience.accountId)) return;
    const { accountId } = audience;
    const result = await this.registry.accountExists({ credential, accountId });
    if (!result.ok) throw faultOf(result.refusal);
    if (!result.value.exists) {
      const message = `there is no account ${accountId}`;
      throw new Fault(422, message, { errors: [{ path: AUDIENCE_HEADER, message }] });
    }
    this.existing.set(accountId, true);
  }
}
