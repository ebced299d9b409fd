import { isJsonObject } from '@sluice/exact-json/json-object';
import type { JsonValue } from '@sluice/exact-json/json-value';
import { z } from 'zod';

/** A JSON value in a body, with its text as it was written: no digit of a number is lost. */
export class JsonText {
  constructor(
    readonly text: string,
    readonly value: JsonValue,
  ) {}
}

const keptAsText = z.registry<{ kept: true }>();

const kept = (takes: (value: JsonValue) => boolean, wanted: string) =>
  z
    .custom<JsonText>((given) => given instanceof JsonText && takes(given.value), wanted)
    .register(keptAsText, { kept: true });

/** An object whose text is kept: a filter, a JSON Schema. */
export const objectText = kept(isJsonObject, 'must be an object').meta({ type: 'object' });

/** Any JSON value whose text is kept. */
export const valueText = kept(() => true, 'must be a JSON value').meta({});

/** Whether a body's value is read for this schema as {@link JsonText}. */
export const isKeptAsText = (schema: z.core.$ZodType): boolean => keptAsText.get(schema) !== undefined;
