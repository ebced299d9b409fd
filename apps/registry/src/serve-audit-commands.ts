import type { auditCommands } from '@sluice/contracts/audit-commands';
import type { Commands } from '@sluice/contracts/commands';
import { accepted } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import type { Acting } from './access/acting.js';
import { listAudit } from './audit/list-audit.js';
import { recordAudit } from './audit/record-audit.js';

/** The audit trail of an account, for who manages it. */
export const auditCommandsOf = (
  acting: Acting,
  database: DataSource,
  clock: Clock,
): Commands<typeof auditCommands> => ({
  listAudit: ({ credential, ...wanted }) =>
    acting.allowed(credential, 'manage', async ({ accountId }) =>
      accepted(await listAudit(database, accountId, wanted)),
    ),

  recordAct: ({ credential, ...act }) =>
    acting.allowed(credential, 'subscribe', async ({ accountId, keyId }) => {
      await recordAudit(database.manager, { at: new Date(clock.nowMs()), accountId, keyId, ...act });
      return accepted({});
    }),
});
