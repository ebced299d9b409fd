type Schema = Record<string, unknown>;

const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more });
const digits = (description: string): Schema => text(description, { pattern: '^\\d+$' });

const ORIGIN = {
  sluice_account: text('The account of the source.'),
  'sluice-source-id': text('The source.'),
  'sluice-origin-topic': text('The topic that the record stood in.'),
  'sluice-origin-partition': digits('Its partition there.'),
  'sluice-origin-offset': digits('Its offset there.'),
  'sluice-origin-timestamp': text('Its timestamp in milliseconds since 1970, or -1.', { pattern: '^-?\\d+$' }),
  'sluice-origin-headers': text('Its headers: a JSON list of pairs of name and value, the value as base64 or null.'),
};
const PUT_BACK = text('The dead letter that it was, and the how many-th time it is put back: `dlt_…/1`.', {
  pattern: '^[^/]+/\\d+$',
});

/** Attributes of an event, with the prefix that a binding of CloudEvents gives to their names. */
const attributes = {
  ce_specversion: { const: '1.0' },
  ce_id: text('Identifies the event, with its source.', { minLength: 1 }),
  ce_source: text('Where it comes from.', { minLength: 1 }),
  ce_type: text('What happened, a type of the catalogue.', { minLength: 1 }),
  ce_subject: text('What it is about: events of one subject are in order.'),
  ce_time: text('When it happened.', { format: 'date-time' }),
  ce_dataschema: text('Of its data.', { format: 'uri' }),
  'content-type': text('Of its data.'),
};

/** Of a record in binary content mode, as a producer writes it. */
export const binaryHeaders: Schema = {
  type: 'object',
  properties: attributes,
  required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type'],
  patternProperties: { '^ce_[a-z0-9]+$': text('An extension attribute.') },
};

/** Of an event on the topic of events. */
export const eventHeadersSchema: Schema = {
  type: 'object',
  properties: {
    ...attributes,
    sluice_account: text("The publisher's account.", { minLength: 1 }),
    sluice_audience: text('For whom it is.', { pattern: '^(own|all|account/.+)$' }),
    sluice_revision: text("The registry's revision when it was accepted; with + that, or a later one.", {
      pattern: '^\\d{1,15}\\+?$',
    }),
    sluice_accepted_at: text('When it was accepted, in UTC.', { format: 'date-time' }),
    'sluice-put-back': PUT_BACK,
  },
  patternProperties: binaryHeaders.patternProperties,
  required: [
    ...['ce_specversion', 'ce_id', 'ce_source', 'ce_type'],
    ...['sluice_account', 'sluice_audience', 'sluice_revision', 'sluice_accepted_at'],
  ],
};

const ORIGIN_REQUIRED = Object.keys(ORIGIN);

/** Of a record that a source could not read. */
export const unreadableHeaders: Schema = {
  type: 'object',
  properties: {
    'sluice-unreadable': text('Why it can not be read.', { minLength: 1 }),
    ...ORIGIN,
    'sluice-cut': digits('How long its value was, when not all of the record was kept.'),
    'sluice-put-back': PUT_BACK,
  },
  required: ['sluice-unreadable', ...ORIGIN_REQUIRED],
};

/** Of a dead letter of a source on its way back. */
export const retryHeaders: Schema = {
  type: 'object',
  properties: { ...ORIGIN, 'sluice-put-back': PUT_BACK },
  required: [...ORIGIN_REQUIRED, 'sluice-put-back'],
};
