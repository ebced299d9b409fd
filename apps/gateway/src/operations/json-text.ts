import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonObject, JsonValue } from '@sluice/exact-json/json-value';
import { z } from 'zod';

/** A JSON value in a body, with its text as it was written: no digit of a number is lost. */
export class JsonText<V extends JsonValue = JsonValue> {
  constructor(
    readonly text: string,
    readonly value: V,
  ) {}
}

const keptAsText = z.registry<{ kept: true }>();

const kept = <V extends JsonValue>(takes: (value: JsonValue) => boolean, wanted: string) =>
  z
    .custom<JsonText<V>>((given) => given instanceof JsonText && takes(given.value), wanted)
    .register(keptAsText, { kept: true });

/** An object whose text is kept: a filter. */
export const objectText = kept<JsonObject>(isJsonObject, 'must be an object').meta({ type: 'object' });

/** An object or an array whose text is kept: a sample event. Generators of clients drop an array that does not say what is in it. */
export const structureText = kept<JsonObject | JsonValue[]>(
  (value) => isJsonObject(value) || Array.isArray(value),
  'must be an object or an array',
).meta({ type: ['object', 'array'], items: {} });

/** Any JSON value whose text is kept: a JSON Schema. */
export const valueText = kept(() => true, 'must be a JSON value').meta({});

/** Whether a body's value is read for this schema as {@link JsonText}. */
export const isKeptAsText = (schema: z.core.$ZodType): boolean => keptAsText.get(schema) !== undefined;
