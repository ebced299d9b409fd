import { z } from 'zod';
import { FieldId, PageId, RecordId, TableId, UserId, ViewId } from './airtable-ids.js';

/** The CloudEvents type of {@link TableChange}. */
export const TABLE_CHANGED = 'table.changed';

/** A cell's value in Airtable's format V2 (contract airtable 4.8); null when it is empty. */
const CellValues = z.record(FieldId, z.unknown());
const Cells = z.strictObject({ cellValuesByFieldId: CellValues });

const FieldDefinition = z.strictObject({ name: z.string(), type: z.string() });
const Metadata = z.strictObject({ name: z.string().optional(), description: z.string().nullable().optional() });
const ViewDefinition = z.strictObject({ name: z.string(), type: z.string() });

export const CreatedRecord = z.strictObject({ createdTime: z.iso.datetime(), cellValuesByFieldId: CellValues });
export type CreatedRecord = z.infer<typeof CreatedRecord>;

/** `previous` holds every changed cell as it was, `unchanged` the other cells, as far as the publisher knows them. */
export const ChangedRecord = z.strictObject({
  current: Cells,
  previous: Cells.optional(),
  unchanged: Cells.optional(),
});
export type ChangedRecord = z.infer<typeof ChangedRecord>;

const recordChanges = {
  createdRecordsById: z.record(RecordId, CreatedRecord).optional(),
  changedRecordsById: z.record(RecordId, ChangedRecord).optional(),
  destroyedRecordIds: z.array(RecordId).optional(),
};

export const RecordChanges = z.strictObject(recordChanges);
export type RecordChanges = z.infer<typeof RecordChanges>;

const ChangedField = z.strictObject({
  current: FieldDefinition.partial(),
  previous: FieldDefinition.partial().optional(),
});

/** Contract airtable 4.3, with everything in it; views beside their records, so that any scope can be projected. */
export const TableChanged = z.strictObject({
  changedMetadata: z.strictObject({ current: Metadata, previous: Metadata }).optional(),
  createdFieldsById: z.record(FieldId, FieldDefinition).optional(),
  changedFieldsById: z.record(FieldId, ChangedField).optional(),
  destroyedFieldIds: z.array(FieldId).optional(),
  ...recordChanges,
  /** What each view saw of it: a record that became visible is created there, one that left is destroyed. */
  changedViewsById: z.record(ViewId, RecordChanges).optional(),
  /** For the schema alone: no payload has them. */
  createdViewsById: z.record(ViewId, ViewDefinition).optional(),
  destroyedViewIds: z.array(ViewId).optional(),
});
export type TableChanged = z.infer<typeof TableChanged>;

/** Contract airtable 4.4. */
export const TableCreated = z.strictObject({
  metadata: z.strictObject({ name: z.string(), description: z.string().nullable() }).optional(),
  fieldsById: z.record(FieldId, FieldDefinition).optional(),
  recordsById: z.record(RecordId, CreatedRecord).optional(),
  viewsById: z.record(ViewId, ViewDefinition).optional(),
});
export type TableCreated = z.infer<typeof TableCreated>;

const User = z.strictObject({
  id: UserId,
  email: z.string(),
  permissionLevel: z.enum(['none', 'read', 'comment', 'edit', 'create', 'owner']),
  name: z.string().optional(),
  profilePicUrl: z.string().optional(),
});

/** Contract airtable 4.2: who or what made the change. */
export const ActionMetadata = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.enum(['client', 'publicApi']),
    sourceMetadata: z.strictObject({ user: User }).optional(),
  }),
  z.strictObject({ source: z.literal('formSubmission'), sourceMetadata: z.strictObject({ viewId: ViewId }) }),
  z.strictObject({ source: z.literal('formPageSubmission'), sourceMetadata: z.strictObject({ pageId: PageId }) }),
  z.strictObject({
    source: z.literal('automation'),
    sourceMetadata: z.strictObject({ automationId: z.string() }).optional(),
  }),
  z.strictObject({ source: z.enum(['system', 'sync', 'anonymousUser']) }),
]);
export type ActionMetadata = z.infer<typeof ActionMetadata>;

/**
 * The data of a `table.changed` event: one transaction on one base, in the shape of Airtable's payload (contract airtable
 * section 4) with everything in it. The base is the event's `source`.
 */
export const TableChange = z.strictObject({
  /** When it happened; the event's `time`, else its acceptance, when it is absent. */
  timestamp: z.iso.datetime().optional(),
  /** In each base either always given, and rising, or never: then Sluice counts. */
  baseTransactionNumber: z.int().positive().optional(),
  actionMetadata: ActionMetadata,
  changedTablesById: z.record(TableId, TableChanged).optional(),
  createdTablesById: z.record(TableId, TableCreated).optional(),
  destroyedTableIds: z.array(TableId).optional(),
});
export type TableChange = z.infer<typeof TableChange>;
