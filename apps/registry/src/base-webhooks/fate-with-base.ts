import type { WebhooksOfBases } from '../bases/webhooks-of-bases.js';
import { deleteWebhooksOfBase } from './delete-base-webhook.js';
import { invalidateWebhooksOn } from './invalidate-base-webhook.js';

/** What becomes of webhooks when the base goes, or a part of it that they name. */
export const fateWithBase: WebhooksOfBases = {
  baseDeleted: deleteWebhooksOfBase,
  schemaDestroyed: invalidateWebhooksOn,
};
