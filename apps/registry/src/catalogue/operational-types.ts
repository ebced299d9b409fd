import { operationalEvents } from '@sluice/contracts/operational-events';
import type { EventType } from '@sluice/contracts/registry-commands';
import { z } from 'zod';

/** A pattern of zod's beside a format says the same in 300 characters. */
const schemaOf = (data: z.ZodType): object =>
  z.toJSONSchema(data, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });

/** What accounts can be told of their own webhooks (docs/operational-events.md). Only Sluice publishes events of these types. */
export const operationalTypes: readonly EventType[] = Object.entries(operationalEvents).map(
  ([name, { description, data, example }]) => ({
    name,
    description,
    schema: JSON.stringify({ ...schemaOf(data), examples: [example] }),
    example: null,
    builtIn: true,
  }),
);
