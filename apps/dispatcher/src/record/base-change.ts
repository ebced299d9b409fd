import type { Note } from '../notes/note.js';

/** A base of an account, as events name it. */
export interface BaseName {
  accountId: string;
  baseId: string;
}

/** What one webhook gets of a change. */
export interface WebhookPayloads {
  webhookId: string;
  accountId: string;
  /** Each the bytes that are served, in order; at least one. */
  payloads: readonly Uint8Array[];
  /** The last one is the error payload: nothing comes after it. */
  closes: boolean;
  /** Its endpoint wants to be told. */
  pings: boolean;
}

/** What a change of a base leaves beside its event's row: recorded with it as one, or not at all. */
export interface BaseChange {
  base: BaseName & { given: boolean };
  /** The number of the transaction in its base. */
  transaction: number;
  lists: readonly WebhookPayloads[];
  notes: readonly Note[];
}

/** What changes left, in one transaction. */
export interface LeftByChanges {
  payloads: number;
  pings: number;
  notes: number;
}

export const NOTHING_LEFT: LeftByChanges = { payloads: 0, pings: 0, notes: 0 };

export const payloadCount = ({ lists }: BaseChange): number =>
  lists.reduce((sum, { payloads }) => sum + payloads.length, 0);

/** Bytes of all payloads. */
export const payloadBytes = ({ lists }: BaseChange): number =>
  lists.reduce((sum, { payloads }) => payloads.reduce((bytes, each) => bytes + each.byteLength, sum), 0);

/** A base is known by account and id: ids are drawn by registries, and an account can't get at another one's numbers. */
export const baseKey = ({ accountId, baseId }: BaseName): string => `${baseId}/${accountId}`;
