import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;

const forms = z.registry<{ form: object }>();

/** Says what a value looks like on the wire where the schema itself can't: a number that comes as text, say. */
export function shownAs<S extends z.ZodType>(form: JsonSchema, schema: S): S {
  forms.add(schema, { form });
  return schema;
}

/** The JSON Schema that was given for this schema. */
export const formOf = (schema: z.core.$ZodType): JsonSchema | undefined =>
  forms.get(schema)?.form as JsonSchema | undefined;
