import { z } from 'zod';

/** Contract airtable 1.0: a prefix of three letters and 14 characters of base62. */
const idOf = (prefix: string, what: string) =>
  z.string().regex(new RegExp(`^${prefix}[0-9A-Za-z]{14}$`), {
    error: `must be a ${what} id: ${prefix} and 14 letters or digits`,
  });

export const BaseId = idOf('app', 'base');
export const TableId = idOf('tbl', 'table');
export const ViewId = idOf('viw', 'view');
export const FieldId = idOf('fld', 'field');
export const RecordId = idOf('rec', 'record');
export const UserId = idOf('usr', 'user');
export const PageId = idOf('pbd', 'page');
export const AirtableWebhookId = idOf('ach', 'webhook');

/** CloudEvents `source` of a base's changes, and the base that a source names; null when it names none. */
export const sourceOfBase = (baseId: string): string => `/bases/${baseId}`;
export const baseOfSource = (source: string): string | null =>
  /^\/bases\/(app[0-9A-Za-z]{14})$/.exec(source)?.[1] ?? null;
