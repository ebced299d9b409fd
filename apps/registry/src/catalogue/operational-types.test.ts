import { operationalEvents } from '@sluice/contracts/operational-events';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { jsonSchemaFault } from './json-schema-check.js';
import { operationalTypes } from './operational-types.js';

const ajv = new Ajv2020({
  formats: { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/ },
  allowUnionTypes: true,
});

test.each(operationalTypes)(
  '$name has a schema that takes its example, as what is told does, and members to come',
  ({ name, schema }) => {
    expect(jsonSchemaFault(schema!)).toBeNull();
    const validate = ajv.compile(JSON.parse(schema!));
    const { example, data } = operationalEvents[name as keyof typeof operationalEvents];
    expect(JSON.parse(schema!).examples).toEqual([example]);
    expect(data.parse(example)).toEqual(example);
    expect(validate(example)).toBe(true);
    expect(validate({ ...example, event_type: null, endpoint: null, yet_to_come: 1 })).toBe(true);
    expect(validate({ ...example, webhook_id: 7 })).toBe(false);
  },
);
