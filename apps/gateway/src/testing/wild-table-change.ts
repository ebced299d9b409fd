import {
  type Arbitrary,
  array,
  constant,
  dictionary,
  integer,
  jsonValue,
  oneof,
  option,
  record,
  stringMatching,
} from 'fast-check';

const id = (prefix: string, number: number) => prefix + String(number).padStart(14, '0');

/** Mostly right, with everything that may go wrong: other ids, superfluous members, other types, no value. */
const wild = (right: Arbitrary<unknown>): Arbitrary<unknown> =>
  oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: jsonValue({ maxDepth: 1 }) });
const idOf = (prefix: string) =>
  oneof(
    { weight: 20, arbitrary: integer({ min: 0, max: 3 }).map((n) => id(prefix, n)) },
    { weight: 1, arbitrary: stringMatching(/^[a-z]{3}\w{13,15}$/) },
  );
const members = (required: Record<string, Arbitrary<unknown>>, optional: Record<string, Arbitrary<unknown>>) => {
  const model = Object.fromEntries(
    Object.entries({ ...required, ...optional }).map(([name, value]) => [name, wild(value)]),
  );
  const known = record(model, { requiredKeys: Object.keys(required) });
  const less = record(model, { requiredKeys: [] });
  const more = known.map((value) => ({ ...value, superfluous: 1 }));
  return oneof({ weight: 30, arbitrary: known }, { weight: 1, arbitrary: less }, { weight: 1, arbitrary: more });
};
const byId = (prefix: string, value: Arbitrary<unknown>) => dictionary(idOf(prefix), wild(value), { maxKeys: 2 });
const ids = (prefix: string) => array(idOf(prefix), { maxLength: 2 });
const text = oneof(constant('Name'), constant(''));
const time = oneof(
  { weight: 9, arbitrary: constant('2026-06-01T09:30:05.601Z') },
  ...[
    '2024-02-29T23:59:59Z',
    '2023-02-29T00:00:00Z',
    '2026-06-01T24:00:00Z',
    '2026-06-01T09:30Z',
    '2026-06-01 09:30:05Z',
  ].map(constant),
  ...['2026-06-01t09:30:05z', '2016-12-31T23:59:60Z', '2026-06-01T09:30:05+00:00', '2026-06-01T09:30:05.Z'].map(
    constant,
  ),
);
const cells = byId('fld', jsonValue({ maxDepth: 2 }));
const field = members({ name: text, type: text }, {});
const created = members({ createdTime: time, cellValuesByFieldId: cells }, {});
const recordChanges = {
  createdRecordsById: byId('rec', created),
  changedRecordsById: byId(
    'rec',
    members(
      { current: members({ cellValuesByFieldId: cells }, {}) },
      { previous: members({ cellValuesByFieldId: cells }, {}) },
    ),
  ),
  destroyedRecordIds: ids('rec'),
};
const metadata = members({}, { name: text, description: option(text) });
const changedTable = members(
  {},
  {
    changedMetadata: members({ current: metadata, previous: metadata }, {}),
    createdFieldsById: byId('fld', field),
    changedFieldsById: byId(
      'fld',
      members({ current: members({}, { name: text }) }, { previous: members({}, { type: text }) }),
    ),
    destroyedFieldIds: ids('fld'),
    changedViewsById: byId('viw', members({}, recordChanges)),
    destroyedViewIds: ids('viw'),
    ...recordChanges,
  },
);
const user = members(
  { id: idOf('usr'), email: text, permissionLevel: oneof(constant('edit'), constant('all')) },
  { name: text },
);
const actionMetadata = oneof(
  members({ source: oneof(constant('client'), constant('publicApi')) }, { sourceMetadata: members({ user }, {}) }),
  members({ source: constant('formSubmission'), sourceMetadata: members({ viewId: idOf('viw') }, {}) }, {}),
  members({ source: constant('formPageSubmission'), sourceMetadata: members({ pageId: idOf('pbd') }, {}) }, {}),
  members({ source: constant('automation') }, { sourceMetadata: members({ automationId: text }, {}) }),
  members({ source: oneof(constant('system'), constant('sync'), constant('anonymousUser')) }, {}),
);
/** Data of table changes, a good part of it not as the contract wants it. */
export const wildTableChange = members(
  { actionMetadata },
  {
    timestamp: time,
    baseTransactionNumber: integer({ min: 0, max: 9 }),
    changedTablesById: byId('tbl', changedTable),
    createdTablesById: byId(
      'tbl',
      members(
        {},
        {
          metadata: members({ name: text, description: option(text) }, {}),
          fieldsById: byId('fld', field),
          recordsById: byId('rec', created),
        },
      ),
    ),
    destroyedTableIds: ids('tbl'),
  },
);
