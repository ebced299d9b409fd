import { z } from 'zod';
import { FieldId, PageId, TableId, ViewId } from './airtable-ids.js';

export const DataType = z.enum(['tableData', 'tableFields', 'tableMetadata']);
export type DataType = z.infer<typeof DataType>;

export const ChangeType = z.enum(['add', 'remove', 'update']);
export type ChangeType = z.infer<typeof ChangeType>;

/** Contract airtable 2.2. */
const ChangeSource = z.enum([
  'client',
  'publicApi',
  'formSubmission',
  'formPageSubmission',
  'automation',
  'system',
  'sync',
  'anonymousUser',
  'unknown',
]);

/** Clients write null for what they leave out: it counts as absent. */
const optional = <T extends z.ZodType>(schema: T) =>
  schema
    .nullish()
    .transform((value) => value ?? undefined)
    .optional();

/** Contract airtable section 2: what a webhook wants to hear of. Filters narrow, all together; ids only, no names. */
export const SpecificationOptions = z.strictObject({
  filters: z.strictObject({
    dataTypes: z.array(DataType).min(1, { error: 'must name at least one of tableData, tableFields, tableMetadata' }),
    recordChangeScope: optional(z.union([TableId, ViewId], { error: 'must be a table id or a view id' })),
    changeTypes: optional(z.array(ChangeType)),
    fromSources: optional(z.array(ChangeSource)),
    sourceOptions: optional(
      z.strictObject({
        formSubmission: optional(z.strictObject({ viewId: optional(ViewId) })),
        formPageSubmission: optional(z.strictObject({ pageId: optional(PageId) })),
      }),
    ),
    watchDataInFieldIds: optional(z.array(FieldId)),
    watchSchemasOfFieldIds: optional(z.array(FieldId)),
  }),
  includes: optional(
    z.strictObject({
      includeCellValuesInFieldIds: optional(
        z.union([z.literal('all'), z.array(FieldId)], { error: 'must be "all" or a list of field ids' }),
      ),
      includePreviousCellValues: optional(z.boolean()),
      includePreviousFieldDefinitions: optional(z.boolean()),
    }),
  ),
});
export type SpecificationOptions = z.infer<typeof SpecificationOptions>;

/** The member `specification` of a creation: contract airtable 1.1. */
export const WebhookSpecification = z.strictObject({ options: SpecificationOptions });
export type WebhookSpecification = z.infer<typeof WebhookSpecification>;
