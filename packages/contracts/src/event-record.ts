import { z } from 'zod';
import { baseOfSource } from './airtable-ids.js';
import { TABLE_CHANGED } from './table-change.js';

/**
 * An event as it travels on `sluice.events`: CloudEvents Kafka binding, binary content mode. Attributes are headers,
 * the record's value is the data byte for byte as published.
 */
export const EventAttributes = z.object({
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().optional(),
  time: z.string().optional(),
  dataschema: z.string().optional(),
  datacontenttype: z.string().optional(),
  /** Extension attributes, by name. */
  extensions: z.record(z.string(), z.string()),
});
export type EventAttributes = z.infer<typeof EventAttributes>;

/** For whom an event is: its publisher's account, one named account, or every account. */
export const Audience = z.discriminatedUnion('to', [
  z.object({ to: z.literal('own') }),
  z.object({ to: z.literal('account'), accountId: z.string() }),
  z.object({ to: z.literal('all') }),
]);
export type Audience = z.infer<typeof Audience>;

/** What Sluice itself says of an event; published by us only, never taken from a caller's attributes. */
export const EventStamp = z.object({
  /** The publisher's account: part of the event's identity (account, source, id). */
  accountId: z.string().min(1),
  audience: Audience,
  /** Matching waits until the index has this registry revision. */
  revision: z.number().int().nonnegative(),
  /** Whether the registry gave the revision when the event was taken. If it was away, later ones may have been answered. */
  exact: z.boolean(),
  /** ISO 8601, when the intake took it. */
  acceptedAt: z.iso.datetime(),
});
export type EventStamp = z.infer<typeof EventStamp>;

/** Whether the event was certainly accepted before a webhook of that revision was created, and is not for it. */
export const precedes = ({ revision, exact }: EventStamp, createdRevision: number): boolean =>
  exact && createdRevision > revision;

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
const stampHeaders = {
  account: 'sluice_account',
  audience: 'sluice_audience',
  revision: 'sluice_revision',
  acceptedAt: 'sluice_accepted_at',
} as const;

const audienceText = (audience: Audience): string =>
  audience.to === 'account' ? `account/${audience.accountId}` : audience.to;

const parseAudience = (text: string | undefined): unknown =>
  text?.startsWith('account/') ? { to: 'account', accountId: text.slice('account/'.length) } : { to: text };

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

/**
 * Record headers to event. Answers the reason (header and cause) when they are not ours to read: the record then
 * becomes a dead letter.
 */
export function readEventHeaders(
  headers: Readonly<Record<string, string>>,
): { ok: true; attributes: EventAttributes; stamp: EventStamp } | { ok: false; reason: string } {
  const core: Record<string, string> = {};
  const extensions: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(ATTRIBUTE) || name === 'ce_specversion') continue;
    const attribute = name.slice(ATTRIBUTE.length);
    if ((CORE as readonly string[]).includes(attribute)) core[attribute] = value;
    else extensions[attribute] = value;
  }
  const attributes = EventAttributes.safeParse({ ...core, datacontenttype: headers['content-type'], extensions });
  const [, revision, orLater] = REVISION.exec(headers[stampHeaders.revision] ?? '') ?? [];
  const stamp = EventStamp.safeParse({
    accountId: headers[stampHeaders.account],
    audience: parseAudience(headers[stampHeaders.audience]),
    revision: Number(revision ?? Number.NaN),
    exact: orLater !== OR_LATER,
    acceptedAt: headers[stampHeaders.acceptedAt],
  });
  if (attributes.success && stamp.success) return { ok: true, attributes: attributes.data, stamp: stamp.data };
  const issues = [...(attributes.error?.issues ?? []), ...(stamp.error?.issues ?? [])];
  return { ok: false, reason: issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') };
}
