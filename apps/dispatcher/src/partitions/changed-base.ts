import { baseOfSource } from '@sluice/contracts/airtable-ids';
import { recipientOf } from '@sluice/contracts/event-record';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import type { IdentifiedEvent } from '../model/delivery.js';
import type { BaseName } from '../record/base-change.js';

export const isTableChange = ({ attributes }: IdentifiedEvent): boolean => attributes.type === TABLE_CHANGED;

/** The base that a `table.changed` event is about, or why it names none. */
export function changedBase({ attributes, stamp }: IdentifiedEvent): BaseName | { reason: string } {
  const baseId = baseOfSource(attributes.source);
  if (baseId === null) return { reason: `its source names no base: ${JSON.stringify(attributes.source)}` };
  const accountId = recipientOf(stamp);
  if (accountId === null) return { reason: 'it is for every account, and a base belongs to one' };
  // PostgreSQL has no way to keep it, and no account is named so.
  if (accountId.includes('\0')) return { reason: 'its account is none' };
  return { accountId, baseId };
}

/** When the change happened, as payloads tell it: as the data say, else the event, else when it was accepted. */
export function timestampOf({ attributes, stamp }: IdentifiedEvent, told: string | undefined): string {
  for (const text of [told, attributes.time, stamp.acceptedAt]) {
    const moment = new Date(text ?? Number.NaN);
    // A year of another form than four digits is none that clients read.
    if (!Number.isNaN(moment.getTime()) && /^\d{4}-/.test(moment.toISOString())) return moment.toISOString();
  }
  return new Date(0).toISOString();
}
