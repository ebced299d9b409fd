/**
 * What a dialect calls the fields of a new webhook: a refusal names the field as the client wrote it. Each dialect that
 * the contracts know has its names here.
 */
export const fieldNames = {
  airstack: {
    endpoint: 'endpoint',
    eventType: 'filter_config.event_type',
    filter: 'filter_config.filter',
    sample: 'filter_config.payload',
  },
} as const;

export type FieldNames = (typeof fieldNames)[keyof typeof fieldNames];
