import type { auditCommands } from '@sluice/contracts/audit-commands';
import type { Commands } from '@sluice/contracts/commands';
import { accepted } from '@sluice/contracts/result';
import type { DataSource } from 'typeorm';
import type { Acting } from './access/acting.js';
import { listAudit } from './audit/list-audit.js';

/** The audit trail of an account, for who manages it. */
export const auditCommandsOf = (acting: Acting, database: DataSource): Commands<typeof auditCommands> => ({
  listAudit: ({ credential, ...wanted }) =>
    acting.allowed(credential, 'manage', async ({ accountId }) =>
      accepted(await listAudit(database, accountId, wanted)),
    ),
});
