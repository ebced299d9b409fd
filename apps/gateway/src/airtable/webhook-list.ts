import type { BaseWebhook } from '@sluice/contracts/airtable-commands';
import type { NotificationResult, PayloadListState } from '@sluice/contracts/payload-commands';

/**
 * The body of a list, its members in the order of contract airtable 1.2. A specification goes out as the text that came
 * in. A webhook that the dispatcher has not heard of yet has had no payload.
 */
export function webhookListText(webhooks: readonly BaseWebhook[], states: readonly PayloadListState[]): string {
  const byId = new Map(states.map((state) => [state.webhookId, state]));
  return `{"webhooks":[${webhooks.map((webhook) => webhookText(webhook, byId.get(webhook.id))).join(',')}]}`;
}

function webhookText(webhook: BaseWebhook, state: PayloadListState | undefined): string {
  const result = state?.lastNotificationResult ?? null;
  const rest = {
    notificationUrl: webhook.notificationUrl,
    cursorForNextPayload: state?.cursorForNextPayload ?? 1,
    lastNotificationResult: result === null ? null : inOrder(result),
    areNotificationsEnabled: webhook.areNotificationsEnabled,
    lastSuccessfulNotificationTime: state?.lastSuccessfulNotificationTime ?? null,
    isHookEnabled: webhook.isHookEnabled,
    expirationTime: webhook.expirationTime,
  };
  return `{"id":${JSON.stringify(webhook.id)},"specification":${webhook.specification},${JSON.stringify(rest).slice(1)}`;
}

/** Contract airtable 3.4. */
const inOrder = (result: NotificationResult): NotificationResult => {
  const { completionTimestamp, durationMs, retryNumber } = result;
  return result.success
    ? { success: true, completionTimestamp, durationMs, retryNumber }
    : {
        success: false,
        completionTimestamp,
        durationMs,
        retryNumber,
        error: { message: result.error.message },
        willBeRetried: result.willBeRetried,
      };
};
