import type { EventStamp } from '@sluice/contracts/event-record';
import { eventHeaders, eventKey } from '@sluice/contracts/event-record';
import {
  type FormerDeadLetter,
  type OriginRecord,
  putBackHeader,
  unreadableRecord,
} from '@sluice/contracts/unreadable-record';
import type { OutgoingRecord } from '@sluice/event-stream/event-stream';
import type { Conversion } from '../conversion/conversion.js';

/** A record of a source and what it became, on the way to `sluice.events`. */
export interface ImportedRecord {
  origin: OriginRecord;
  conversion: Conversion;
  /** The dead letter that the record was before. */
  former: FormerDeadLetter | null;
}

/** What is published of it: its events, or the record itself with the reason why it can't be read. */
export function recordsOf({ origin, conversion, former }: ImportedRecord, stamp: EventStamp): OutgoingRecord[] {
  if (!conversion.ok)
    return [unreadableRecord(origin, { reason: conversion.reason, accountId: stamp.accountId, former })];
  return conversion.events.map(({ attributes, data }) => ({
    key: Buffer.from(eventKey({ attributes, stamp }), 'utf8'),
    headers: { ...eventHeaders({ attributes, stamp }), ...(former && putBackHeader(former)) },
    value: data,
  }));
}
