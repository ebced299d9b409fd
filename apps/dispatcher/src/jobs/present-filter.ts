import { recipientOf } from '@sluice/contracts/event-record';
import type { FilterWebhook } from '@sluice/contracts/webhook-feed';
import { JsonFault } from '@sluice/exact-json/json-fault';
import { parseJson } from '@sluice/exact-json/parse-json';
import { compileFilter } from '@sluice/filters/compile-filter';
import { parseFilterText } from '@sluice/filters/parse-filter';
import type { IdentifiedEvent } from '../model/delivery.js';

/**
 * Whether an event is for the webhook as it is now, whenever it was accepted: by type, recipient and filter. Data that is no
 * JSON satisfies no filter.
 *
 * @throws when this version can't read the filter.
 */
export function presentFilter({ accountId, eventType, filter }: FilterWebhook): (event: IdentifiedEvent) => boolean {
  const parsed = filter === null ? null : parseFilterText(filter);
  if (parsed?.ok === false) throw new Error("this version can't read the webhook's filter");
  const holds = parsed === null ? () => true : compileFilter(parsed.filter);
  const isAnything = parsed === null || parsed.filter.text === '{}';
  return ({ attributes, stamp, data }) => {
    if (attributes.type !== eventType) return false;
    const recipient = recipientOf(stamp);
    if (recipient !== null && recipient !== accountId) return false;
    if (isAnything) return true;
    try {
      return holds(parseJson(data));
    } catch (error) {
      if (!(error instanceof JsonFault)) throw error;
      return false;
    }
  };
}
