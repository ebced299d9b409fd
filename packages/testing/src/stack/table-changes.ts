import type { PublishedEvent } from './sluice-client.js';

/** Where a change happens. */
export interface Cell {
  baseId: string;
  tableId: string;
  fieldId: string;
}

/** An id of Airtable's form that ends in a number. */
const airtableId = (prefix: string, number: number): string => `${prefix}${String(number).padStart(14, '0')}`;

/** A change of one cell of one record by a user, told apart by its number, which the cell holds. */
export const cellChanged = (number: number, { baseId, tableId, fieldId }: Cell): PublishedEvent => ({
  id: `change-${number}`,
  source: `/bases/${baseId}`,
  type: 'table.changed',
  data: {
    actionMetadata: {
      source: 'client',
      sourceMetadata: { user: { id: airtableId('usr', 1), email: 'ada@example.org', permissionLevel: 'edit' } },
    },
    changedTablesById: {
      [tableId]: {
        changedRecordsById: {
          [airtableId('rec', number)]: {
            current: { cellValuesByFieldId: { [fieldId]: `value ${number}` } },
            previous: { cellValuesByFieldId: { [fieldId]: null } },
          },
        },
      },
    },
  },
});

/** The number of the change that a payload of `cellChanged` tells of. */
export function numberOfChange(payload: unknown): number {
  const found = /"value (\d+)"/.exec(JSON.stringify(payload));
  if (found === null) throw new Error('this payload tells of no change of a cell');
  return Number(found[1]);
}
