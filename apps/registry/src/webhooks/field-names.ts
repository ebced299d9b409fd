/**
 * What each of our APIs calls the fields of a filter webhook: a refusal names the field as the client wrote it. `v1` is the
 * API of our own.
 */
export const fieldNames = {
  airstack: {
    endpoint: 'endpoint',
    eventType: 'filter_config.event_type',
    filter: 'filter_config.filter',
    sample: 'filter_config.payload',
  },
  v1: {
    endpoint: 'endpoint',
    eventType: 'event_type',
    filter: 'filter',
    sample: 'sample',
  },
} as const;

export type FieldNames = (typeof fieldNames)[keyof typeof fieldNames];
