import { z } from 'zod';
import { TableChange } from './table-change.js';

type Node = Record<string, unknown>;

/** What zod's own expression for it says in 300 characters; which days there are is told by `format`. */
const TIMESTAMP = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:[0-5]\\d:[0-5]\\d(\\.\\d+)?Z$';

/** Both as `if` and `then`, so that a validator speaks of the one that is meant; of `oneOf` it lists what is wrong with each. */
function discriminated(branches: readonly Node[], discriminator: string): Node {
  const told = branches.map((branch) => ({ branch, is: (branch.properties as Record<string, Node>)[discriminator] }));
  const values = told.flatMap(({ is }) => (is?.enum as unknown[] | undefined) ?? [is?.const]);
  return {
    type: 'object',
    properties: { [discriminator]: { type: 'string', enum: values } },
    required: [discriminator],
    allOf: told.map(({ branch, is }) => ({
      if: { properties: { [discriminator]: is }, required: [discriminator] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, which nobody awaits
      then: branch,
    })),
  };
}

const example: TableChange = {
  timestamp: '2026-06-01T09:30:05.601Z',
  actionMetadata: {
    source: 'client',
    sourceMetadata: {
      user: { id: 'usrA1b2C3d4E5f6G7', email: 'ada@example.org', permissionLevel: 'edit', name: 'Ada' },
    },
  },
  changedTablesById: {
    tblQ1w2E3r4T5y6U7: {
      changedRecordsById: {
        recA1b2C3d4E5f6G7: {
          current: { cellValuesByFieldId: { fldA1b2C3d4E5f6G7: 'Done' } },
          previous: { cellValuesByFieldId: { fldA1b2C3d4E5f6G7: 'Todo' } },
          unchanged: { cellValuesByFieldId: { fldH1j2K3l4M5n6O7: 3 } },
        },
      },
    },
  },
};

/** JSON Schema (2020-12) of a `table.changed` event's data, as JSON text: takes exactly what {@link TableChange} takes. */
export const tableChangeSchema: string = JSON.stringify({
  ...z.toJSONSchema(TableChange, {
    override: ({ zodSchema, jsonSchema }) => {
      if (jsonSchema.format === 'date-time') jsonSchema.pattern = TIMESTAMP;
      if (!(zodSchema instanceof z.ZodDiscriminatedUnion)) return;
      Object.assign(jsonSchema, discriminated(jsonSchema.oneOf as Node[], zodSchema.def.discriminator));
      delete jsonSchema.oneOf;
    },
  }),
  title: 'table.changed',
  description: 'One transaction on a base. The base is the source of the event: /bases/ and its id.',
  examples: [example],
});
