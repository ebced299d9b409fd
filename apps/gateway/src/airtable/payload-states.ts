import type { BaseWebhook } from '@sluice/contracts/airtable-commands';
import type { PayloadListState, PayloadLists } from '@sluice/contracts/payload-commands';
import { accepted, type Result } from '@sluice/contracts/result';

/** As many webhooks as one command asks about. */
const ASKED_AT_ONCE = 1_000;

/** What the dispatcher knows of these webhooks; it is not asked about none. */
export async function payloadStates(
  dispatcher: Pick<PayloadLists, 'payloadListStates'>,
  caller: { credential: string; baseId: string },
  webhooks: readonly BaseWebhook[],
): Promise<Result<PayloadListState[]>> {
  const states: PayloadListState[] = [];
  for (let from = 0; from < webhooks.length; from += ASKED_AT_ONCE) {
    const webhookIds = webhooks.slice(from, from + ASKED_AT_ONCE).map(({ id }) => id);
    const answer = await dispatcher.payloadListStates({ ...caller, webhookIds });
    if (!answer.ok) return answer;
    states.push(...answer.value.states);
  }
  return accepted(states);
}
