import { z } from 'zod';
import { baseOfSource } from './airtable-ids.js';
import { TABLE_CHANGED } from './table-change.js';

/**
 * An event as it travels on `sluice.events`: CloudEvents Kafka binding, binary content mode. Attributes are headers,
 * the record's value is the data byte for byte as published.
 */
export interface EventAttributes {
  /** These three are never empty. */
  id: string;
  source: string;
  type: string;
  subject?: string | undefined;
  time?: string | undefined;
  dataschema?: string | undefined;
  datacontenttype?: string | undefined;
  /** Extension attributes, by name. */
  extensions: Record<string, string>;
}

/** For whom an event is: its publisher's account, one named account, or every account. */
export const Audience = z.discriminatedUnion('to', [
  z.object({ to: z.literal('own') }),
  z.object({ to: z.literal('account'), accountId: z.string() }),
  z.object({ to: z.literal('all') }),
]);
export type Audience = z.infer<typeof Audience>;

/** What Sluice itself says of an event; published by us only, never taken from a caller's attributes. */
export interface EventStamp {
  /** The publisher's account, never empty: part of the event's identity (account, source, id). */
  accountId: string;
  audience: Audience;
  /** Matching waits until the index has this registry revision. */
  revision: number;
  /** Whether the registry gave the revision when the event was taken. If it was away, later ones may have been answered. */
  exact: boolean;
  /** ISO 8601 in UTC, when the intake took it. */
  acceptedAt: string;
}

/** Whether the event was certainly accepted before a webhook of that revision was created, and is not for it. */
export const precedes = ({ revision, exact }: EventStamp, createdRevision: number): boolean =>
  exact && createdRevision > revision;

/** An event as it travels on the topic `sluice.events`: `data` byte for byte as published. */
export interface SluiceEvent {
  attributes: EventAttributes;
  stamp: EventStamp;
  data: Uint8Array;
}

/** Ends a revision that is only the highest one seen. */
const OR_LATER = '+';
const REVISION = /^(\d{1,15})(\+?)$/;
const ATTRIBUTE = 'ce_';
const CORE = ['id', 'source', 'type', 'subject', 'time', 'dataschema'] as const;
const isCore = (name: string): name is (typeof CORE)[number] => (CORE as readonly string[]).includes(name);
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;
const stampHeaders = {
  account: 'sluice_account',
  audience: 'sluice_audience',
  revision: 'sluice_revision',
  acceptedAt: 'sluice_accepted_at',
} as const;

const audienceText = (audience: Audience): string =>
  audience.to === 'account' ? `account/${audience.accountId}` : audience.to;

function readAudience(text: string | undefined): Audience | null {
  if (text === 'own' || text === 'all') return { to: text };
  return text?.startsWith('account/') ? { to: 'account', accountId: text.slice('account/'.length) } : null;
}

/** The account that an event is for; null when it is for every account. */
export const recipientOf = ({ accountId, audience }: Pick<EventStamp, 'accountId' | 'audience'>): string | null => {
  if (audience.to === 'all') return null;
  return audience.to === 'account' ? audience.accountId : accountId;
};

/**
 * The record's key: order is promised among the table changes of one base, whoever publishes them, and else among events of
 * one account with the same subject (without one: of one id).
 */
export function eventKey({ attributes, stamp }: Pick<SluiceEvent, 'attributes' | 'stamp'>): string {
  const baseId = attributes.type === TABLE_CHANGED ? baseOfSource(attributes.source) : null;
  const recipient = recipientOf(stamp);
  if (baseId !== null && recipient !== null) return `${recipient}/bases/${baseId}`;
  return `${stamp.accountId}/${attributes.subject ?? attributes.id}`;
}

/** Event to record headers. The inverse of {@link readEventHeaders}. */
export function eventHeaders({ attributes, stamp }: Pick<SluiceEvent, 'attributes' | 'stamp'>): Record<string, string> {
  const headers: Record<string, string> = { ce_specversion: '1.0' };
  for (const name of CORE) {
    const value = attributes[name];
    if (value !== undefined) headers[ATTRIBUTE + name] = value;
  }
  for (const [name, value] of Object.entries(attributes.extensions)) headers[ATTRIBUTE + name] = value;
  if (attributes.datacontenttype !== undefined) headers['content-type'] = attributes.datacontenttype;
  headers[stampHeaders.account] = stamp.accountId;
  headers[stampHeaders.audience] = audienceText(stamp.audience);
  headers[stampHeaders.revision] = `${stamp.revision}${stamp.exact ? '' : OR_LATER}`;
  headers[stampHeaders.acceptedAt] = stamp.acceptedAt;
  return headers;
}

/** Headers of an event that is published once more: it is taken now, so that its 7 days begin anew. */
export const takenAnew = (headers: Readonly<Record<string, string>>, acceptedAt: Date): Record<string, string> =>
  readEventHeaders(headers).ok ? { ...headers, [stampHeaders.acceptedAt]: acceptedAt.toISOString() } : { ...headers };

/**
 * Record headers to event. Answers the reason (header and cause) when they are not ours to read: the record then
 * becomes a dead letter. By hand and not by a schema, since each event comes by here.
 */
export function readEventHeaders(
  headers: Readonly<Record<string, string>>,
): { ok: true; attributes: EventAttributes; stamp: EventStamp } | { ok: false; reason: string } {
  const { ce_id: id, ce_source: source, ce_type: type } = headers;
  const accountId = headers[stampHeaders.account];
  const audience = readAudience(headers[stampHeaders.audience]);
  const [, revision, orLater] = REVISION.exec(headers[stampHeaders.revision] ?? '') ?? [];
  const acceptedAt = headers[stampHeaders.acceptedAt] ?? '';
  const isMoment = UTC.test(acceptedAt) && Number.isFinite(Date.parse(acceptedAt));
  if (!id || !source || !type || !accountId || audience === null || revision === undefined || !isMoment) {
    const missing = Object.entries({ ce_id: id, ce_source: source, ce_type: type, [stampHeaders.account]: accountId });
    const reasons = missing.flatMap(([name, value]) => (value ? [] : [`${name} is missing or empty`]));
    if (audience === null) reasons.push(`${stampHeaders.audience} is none of own, all and account/…`);
    if (revision === undefined) reasons.push(`${stampHeaders.revision} is no revision`);
    if (!isMoment) reasons.push(`${stampHeaders.acceptedAt} is no moment in UTC`);
    return { ok: false, reason: reasons.join('; ') };
  }
  const attributes: EventAttributes = { id, source, type, extensions: {} };
  for (const name in headers) {
    if (!name.startsWith(ATTRIBUTE) || name === 'ce_specversion') continue;
    const attribute = name.slice(ATTRIBUTE.length);
    if (!isCore(attribute)) attributes.extensions[attribute] = headers[name] as string;
    else attributes[attribute] = headers[name] as string;
  }
  const datacontenttype = headers['content-type'];
  if (datacontenttype !== undefined) attributes.datacontenttype = datacontenttype;
  return {
    ok: true,
    attributes,
    stamp: { accountId, audience, revision: Number(revision), exact: orLater !== OR_LATER, acceptedAt },
  };
}
