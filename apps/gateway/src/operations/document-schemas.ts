import { z } from 'zod';
import { formOf } from './shown-as.js';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schemas of a document: those with an id become components, and are referred to. */
export class DocumentSchemas {
  readonly components: Record<string, JsonSchema> = {};

  /** @param io `input` is what may be sent, `output` what is answered: that may get more members with time. */
  of(schema: z.core.$ZodType, io: 'input' | 'output'): JsonSchema {
    const {
      $defs = {},
      $schema: _,
      ...root
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: onWire(io) });
    for (const [id, component] of Object.entries($defs)) this.add(id, referring(component));
    return referring(root);
  }

  private add(id: string, component: JsonSchema): void {
    const known = this.components[id];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(component)) {
      throw new Error(`${id} is not the same everywhere: what is sent and what is answered need names of their own`);
    }
    this.components[id] = component;
  }
}

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>;

const onWire =
  (io: 'input' | 'output'): Override =>
  ({ zodSchema, jsonSchema }) => {
    const form = formOf(zodSchema);
    if (form !== undefined) {
      const { description } = jsonSchema;
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, form, description === undefined ? {} : { description });
    }
    // zod leaves them out of what is read as something else; ours are of what is sent.
    const { examples } = z.globalRegistry.get(zodSchema) ?? {};
    if (examples !== undefined) jsonSchema.examples = examples as typeof jsonSchema.examples;
    // What the format says already, at the length of a line.
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
  };

const referring = (schema: JsonSchema): JsonSchema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/'));
