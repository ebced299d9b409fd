import type { Integration } from '@sluice/contracts/base-commands';
import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import { listCreated } from '../answers/list-created.js';
import type { WantedCreated } from '../answers/list-page.js';
import { recordAudit } from '../audit/record-audit.js';
import { lockAccount } from '../credentials/lock-account.js';
import { checkedName } from '../texts/checked-name.js';
import { IntegrationEntity } from './integration.entity.js';

const INTEGRATIONS_LIMIT = 1_000;

const UNKNOWN_INTEGRATION = refused('not_found', 'there is no such integration', 'client_id');

/** The OAuth clients that an account admits to its bases. The caller has checked that the principal may manage. */
export class Integrations {
  constructor(
    private readonly database: DataSource,
    private readonly remembered: { forget(): void },
    private readonly clock: Clock,
  ) {}

  /** Admits a client, or names it anew. */
  async put(
    { accountId, keyId }: Principal,
    wanted: { clientId: string; name: string; from?: string | undefined },
  ): Promise<Result<Integration>> {
    const { clientId, from } = wanted;
    const client = checkedName(clientId, 'client_id');
    if (!client.ok) return client;
    // Which client it is must not depend on white space that the issuer would have sent.
    if (client.value !== clientId) return refused('invalid', 'client_id begins or ends with white space', 'client_id');
    const name = checkedName(wanted.name, 'name');
    if (!name.ok) return name;
    const at = new Date(this.clock.nowMs());
    const put = await this.database.transaction(async (transaction): Promise<Result<Integration>> => {
      await lockAccount(transaction, accountId);
      const known = await transaction.findOneBy(IntegrationEntity, { accountId, clientId });
      if (known === null && (await transaction.countBy(IntegrationEntity, { accountId })) >= INTEGRATIONS_LIMIT) {
        const most = `${INTEGRATIONS_LIMIT} integrations, which is the most that it may have`;
        return refused('too_many', `this account has ${most}`);
      }
      const row = { accountId, clientId, name: name.value, createdAt: known?.createdAt ?? at };
      await transaction.upsert(IntegrationEntity, row, ['accountId', 'clientId']);
      await recordAudit(transaction, { at, accountId, keyId, action: 'integration.put', subject: clientId, from });
      return accepted(integrationOf(row));
    });
    if (put.ok) this.remembered.forget();
    return put;
  }

  /** In the order of creation. */
  async list({ accountId }: Principal, page: WantedCreated): Promise<{ integrations: Integration[]; more: boolean }> {
    const by = { entity: IntegrationEntity, id: 'clientId' } as const;
    const { shown, more } = await listCreated(this.database.manager, by, accountId, page);
    return { integrations: shown.map(integrationOf), more };
  }

  /** Its access tokens stop to count here at once, elsewhere within 5 s. Its webhooks stay until they expire. */
  async delete(
    { accountId, keyId }: Principal,
    clientId: string,
    from?: string,
  ): Promise<Result<Record<string, never>>> {
    if (clientId.includes('\0')) return UNKNOWN_INTEGRATION;
    const at = new Date(this.clock.nowMs());
    const deleted = await this.database.transaction(async (transaction) => {
      const { affected } = await transaction.delete(IntegrationEntity, { accountId, clientId });
      if (affected !== 1) return false;
      await recordAudit(transaction, { at, accountId, keyId, action: 'integration.deleted', subject: clientId, from });
      return true;
    });
    if (!deleted) return UNKNOWN_INTEGRATION;
    this.remembered.forget();
    return accepted({});
  }
}

const integrationOf = ({ clientId, name, createdAt }: Omit<IntegrationEntity, 'account'>): Integration => ({
  clientId,
  name,
  createdAt: createdAt.toISOString(),
});
