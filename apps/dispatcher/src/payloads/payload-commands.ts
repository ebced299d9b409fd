import type { AirtableWebhooks } from '@sluice/contracts/airtable-commands';
import type { PayloadLists } from '@sluice/contracts/payload-commands';
import { accepted } from '@sluice/contracts/result';
import type { Pool } from 'pg';
import { readPingResults } from '../record/write-pings.js';
import type { OwnWrites } from './own-writes.js';
import { readLastNumbers, readPage } from './read-payloads.js';

export interface PayloadCommandParts {
  pool: Pool;
  ownWrites: Pick<OwnWrites, 'recorded'>;
  registry: Pick<AirtableWebhooks, 'readPayloads' | 'visibleWebhooks'>;
}

const NEVER_PINGED = { lastNotificationResult: null, lastSuccessfulNotificationTime: null };

/** The dispatcher's answers about payloads. Who may is the registry's to say. */
export const servePayloads = ({ pool, ownWrites, registry }: PayloadCommandParts): PayloadLists => ({
  async listPayloads({ credential, baseId, webhookId, cursor, limit }) {
    const permitted = await registry.readPayloads({ credential, baseId, webhookId });
    if (!permitted.ok) return permitted;
    await ownWrites.recorded(baseId);
    const from = Math.max(cursor, 1);
    const { payloads, next, more } = await readPage(pool, webhookId, from, limit);
    return accepted({ payloads, cursor: next ?? from, mightHaveMore: more });
  },

  async payloadListStates({ credential, baseId, webhookIds }) {
    const visible = await registry.visibleWebhooks({ credential, baseId, webhookIds });
    if (!visible.ok) return visible;
    await ownWrites.recorded(baseId);
    const ids = visible.value.webhookIds;
    const [numbers, results] = await Promise.all([readLastNumbers(pool, ids), readPingResults(pool, ids)]);
    const states = ids.map((webhookId) => ({
      webhookId,
      cursorForNextPayload: (numbers.get(webhookId) ?? 0) + 1,
      ...(results.get(webhookId) ?? NEVER_PINGED),
    }));
    return accepted({ states });
  },
});
