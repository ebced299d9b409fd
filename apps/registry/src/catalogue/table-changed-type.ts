import type { EventType } from '@sluice/contracts/registry-commands';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import { tableChangeSchema } from '@sluice/contracts/table-change-schema';

/** What the webhooks of bases are about (docs/table-changes.md). */
export const tableChangedType: EventType = {
  name: TABLE_CHANGED,
  description: 'One transaction on a base changed tables, fields, records or views.',
  schema: tableChangeSchema,
  example: null,
  builtIn: true,
};
