import type { auditCommands, DispatcherAct } from '@sluice/contracts/audit-commands';
import type { Commands } from '@sluice/contracts/commands';
import type { Purpose } from '@sluice/contracts/principal';
import { accepted } from '@sluice/contracts/result';
import type { Clock } from '@sluice/service-kit/clock';
import type { DataSource } from 'typeorm';
import type { Acting } from '../access/acting.js';
import { listAudit } from '../audit/list-audit.js';
import { recordAudit } from '../audit/record-audit.js';

/** What the dispatchers asked for it, so that whoever may do it stands on the trail. */
const PURPOSE_OF: Readonly<Record<DispatcherAct, Purpose>> = {
  'webhook.tested': 'subscribe',
  'job.created': 'subscribe',
  'job.cancelled': 'subscribe',
  'dead_letter.put_back': 'publish',
  'dead_letter.dropped': 'publish',
};

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
    acting.allowed(credential, PURPOSE_OF[act.action], async ({ accountId, keyId }) => {
      await recordAudit(database.manager, { at: new Date(clock.nowMs()), accountId, keyId, ...act });
      return accepted({});
    }),
});
