import { migrateSchema } from '@sluice/service-kit/migrate-schema';
import { CreateDispatch1795305600000 } from '../migrations/1795305600000-create-dispatch.js';
import { AddPayloadLists1795392000000 } from '../migrations/1795392000000-add-payload-lists.js';
import { AddLanes1796000100000 } from '../migrations/1796000100000-add-lanes.js';
import { AddHealth1796000200000 } from '../migrations/1796000200000-add-health.js';
import { AddJobs1796000300000 } from '../migrations/1796000300000-add-jobs.js';
import { AddRecentEvents1796000400000 } from '../migrations/1796000400000-add-recent-events.js';
import { AddDeadLetterOrigin1796000500000 } from '../migrations/1796000500000-add-dead-letter-origin.js';
import { AddLookUps1796000600000 } from '../migrations/1796000600000-add-look-ups.js';
import { AddResponseHeaders1796300000000 } from '../migrations/1796300000000-add-response-headers.js';
import { AddAccountDeliveries1796300100000 } from '../migrations/1796300100000-add-account-deliveries.js';
import { AddPendingOfWebhook1796300200000 } from '../migrations/1796300200000-add-pending-of-webhook.js';

/** Brings the schema `dispatch` to the newest version: see {@link migrateSchema}. */
export const migrateDispatcher = (connectionString: string): Promise<void> =>
  migrateSchema({
    connectionString,
    schema: 'dispatch',
    migrations: [
      CreateDispatch1795305600000,
      AddPayloadLists1795392000000,
      AddLanes1796000100000,
      AddHealth1796000200000,
      AddJobs1796000300000,
      AddRecentEvents1796000400000,
      AddDeadLetterOrigin1796000500000,
      AddLookUps1796000600000,
      AddResponseHeaders1796300000000,
      AddAccountDeliveries1796300100000,
      AddPendingOfWebhook1796300200000,
    ],
    advisoryLock: 7_105_841_001,
  });
