import type { Registry } from '@sluice/contracts/registry-commands';
import type { FeedWebhook } from '@sluice/contracts/webhook-feed';

/** The webhooks that send to a URL. */
export type WebhooksAt = (url: string) => Promise<FeedWebhook[]>;

const PAGE = 1_000;

/**
 * Follows the registry's feed, as a dispatcher does: it has every secret, also those that are shown but once. It asks when
 * something arrives, and takes no lease, so nobody waits for it.
 */
export function webhooksAt(registry: Pick<Registry, 'follow'>): WebhooksAt {
  const webhooks = new Map<string, FeedWebhook>();
  let after = 0;
  let underWay: Promise<void> = Promise.resolve();
  const catchUp = async (): Promise<void> => {
    for (let more = true; more; ) {
      const page = await registry.follow({ dispatcher: 'inbox', after, waitMs: 0, limit: PAGE, starting: true });
      for (const { webhookId, webhook } of page.changes) {
        if (webhook === null) webhooks.delete(webhookId);
        else webhooks.set(webhookId, webhook);
      }
      after = Math.max(after, page.revision);
      more = page.more;
    }
  };
  return async (url) => {
    // One at a time, or an older page might be applied after a newer one.
    underWay = underWay.catch(() => {}).then(catchUp);
    await underWay;
    return [...webhooks.values()].filter(({ endpoint }) => endpoint === url);
  };
}
