import { RowChangeData, rowEvents } from '@sluice/contracts/row-change';
import { TABLE_CHANGED } from '@sluice/contracts/table-change';
import { tableChangeSchema } from '@sluice/contracts/table-change-schema';
import { EVENTS_TOPIC, RETRIES_TOPIC, WEBHOOKS_TOPIC } from '@sluice/contracts/topics';
import { WebhookFact } from '@sluice/contracts/webhook-fact';
import { z } from 'zod';
import { binaryHeaders, eventHeadersSchema, retryHeaders, unreadableHeaders } from './record-headers.js';

type Node = Record<string, unknown>;

/** In the dialect that AsyncAPI takes where nothing else is said. */
const schemaOf = (type: z.ZodType): Node => withoutDialect(z.toJSONSchema(type, { target: 'draft-7' }) as Node);

const withoutDialect = ({ $schema: _, ...schema }: Node): Node => schema;

/** Data of any kind, byte for byte as they were published. */
const ANYTHING: Node = { description: 'Any bytes, as the content type says.' };

interface Message {
  title: string;
  summary: string;
  headers: Node;
  payload: Node;
  contentType?: string;
}

/** What is on each topic: the channel's messages by their names. */
const CHANNELS: Record<string, { address: string | null; title: string; description: string; of: readonly string[] }> =
  {
    events: {
      address: EVENTS_TOPIC,
      title: 'Events',
      description:
        'Every event on its way to the dispatchers. Written by Sluice alone: a program publishes over HTTP, or to a topic that is a source. Key: account and subject (else id), of table changes account and base.',
      of: ['event', 'tableChanged', 'rowChanged', 'unreadable'],
    },
    webhooks: {
      address: WEBHOOKS_TOPIC,
      title: 'Facts about webhooks',
      description:
        'What happened to webhooks, without secrets, in the order of revisions. Key: the id of the webhook. For whoever wants to follow them.',
      of: ['webhookFact'],
    },
    retries: {
      address: RETRIES_TOPIC,
      title: 'Dead letters on their way back',
      description:
        'Records of sources that could not be read and were put back, for the importer. Key: the original’s.',
      of: ['retry'],
    },
    source: {
      address: null,
      title: 'A topic that is a source',
      description:
        'Any topic of yours that was made a source (`POST /v1/sources`). Its format says how records are read: `cloudevents`, `debezium` or `json`. A record without a value is skipped, unless it is a CloudEvent in binary mode.',
      of: ['cloudEventBinary', 'cloudEventStructured', 'debeziumChange', 'mappedJson'],
    },
  };

const CloudEvent = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().optional(),
  time: z.iso.datetime({ offset: true }).optional(),
  datacontenttype: z.string().optional(),
  dataschema: z.string().optional(),
  data: z.unknown().optional(),
});

const DebeziumChange = z.looseObject({
  before: z.record(z.string(), z.unknown()).nullable().optional(),
  after: z.record(z.string(), z.unknown()).nullable().optional(),
  source: z.looseObject({ table: z.string().optional() }),
  op: z.enum(['c', 'u', 'd', 'r', 't', 'm']),
  ts_ms: z.number().nullable().optional(),
});

const withType = (types: readonly string[]): Node => ({
  ...eventHeadersSchema,
  properties: { ...(eventHeadersSchema.properties as Node), ce_type: { enum: types } },
});

const MESSAGES: Record<string, Message> = {
  event: {
    title: 'Event',
    summary:
      'A CloudEvent in binary content mode, its data byte for byte as published. GET /v1/event-types/{name}/schema has the schema of a type.',
    headers: eventHeadersSchema,
    payload: ANYTHING,
  },
  tableChanged: {
    title: TABLE_CHANGED,
    summary: 'One transaction on a base: the source of the event is /bases/ and its id.',
    headers: withType([TABLE_CHANGED]),
    payload: withoutDialect(JSON.parse(tableChangeSchema) as Node),
    contentType: 'application/json',
  },
  rowChanged: {
    title: Object.keys(rowEvents).join(', '),
    summary: Object.entries(rowEvents)
      .map(([type, what]) => `${type}: ${what}`)
      .join(' '),
    headers: withType(Object.keys(rowEvents)),
    payload: schemaOf(RowChangeData),
    contentType: 'application/json',
  },
  unreadable: {
    title: 'Unreadable record',
    summary:
      'A record of a source that can not be read; it becomes a dead letter. The value is the original’s, cut where it is too large.',
    headers: unreadableHeaders,
    payload: ANYTHING,
  },
  webhookFact: {
    title: 'Fact about a webhook',
    summary: 'A webhook was created, changed, disabled, has expired, or was deleted.',
    headers: { type: 'object', properties: { 'content-type': { const: 'application/json' } } },
    payload: schemaOf(WebhookFact),
    contentType: 'application/json',
  },
  retry: {
    title: 'Dead letter on its way back',
    summary: 'Key and value are the original’s.',
    headers: retryHeaders,
    payload: ANYTHING,
  },
  cloudEventBinary: {
    title: 'CloudEvent, binary content mode',
    summary: 'Format cloudevents: attributes in headers, the value is the data.',
    headers: binaryHeaders,
    payload: ANYTHING,
  },
  cloudEventStructured: {
    title: 'CloudEvent, structured content mode',
    summary: 'Format cloudevents: the value is the event in JSON.',
    headers: {
      type: 'object',
      properties: { 'content-type': { type: 'string', pattern: '^application/cloudevents\\+json' } },
    },
    payload: schemaOf(CloudEvent),
    contentType: 'application/cloudevents+json',
  },
  debeziumChange: {
    title: 'Change of a row by Debezium',
    summary: 'Format debezium: the envelope, with or without its schema, or flattened to the row itself.',
    headers: { type: 'object' },
    payload: {
      anyOf: [
        schemaOf(DebeziumChange),
        schemaOf(z.looseObject({ schema: z.unknown(), payload: DebeziumChange.nullable() })),
        { type: 'object', description: 'A row, flattened by ExtractNewRecordState.' },
      ],
    },
    contentType: 'application/json',
  },
  mappedJson: {
    title: 'JSON of your own',
    summary: 'Format json: the mapping of the source says where type, id, source, subject, time and data are.',
    headers: { type: 'object' },
    payload: { description: 'Any JSON.' },
    contentType: 'application/json',
  },
};

const reference = (...path: readonly string[]) => ({ $ref: `#/${path.join('/')}` });

const operation = (action: 'send' | 'receive', channel: string, summary: string) => ({
  action,
  channel: reference('channels', channel),
  summary,
  messages: (CHANNELS[channel]?.of ?? []).map((message) => reference('channels', channel, 'messages', message)),
});

/**
 * The topics of Kafka that Sluice reads and writes, as an AsyncAPI 3.0 document. The schemas of table changes, row changes and
 * facts about webhooks are those that the code goes by; written by hand are those of headers, and of what the importer reads:
 * CloudEvents in structured mode and Debezium's changes.
 */
export const asyncapiDocument = {
  asyncapi: '3.0.0',
  info: {
    title: 'Sluice',
    version: '1.0.0',
    description:
      'Streams of change events into signed webhooks. Headers of records are UTF-8 texts. Attributes of CloudEvents are in headers `ce_…` (Kafka protocol binding).',
  },
  defaultContentType: 'application/octet-stream',
  channels: Object.fromEntries(
    Object.entries(CHANNELS).map(([name, { of, ...channel }]) => [
      name,
      {
        ...channel,
        messages: Object.fromEntries(of.map((message) => [message, reference('components', 'messages', message)])),
        ...(channel.address === null ? {} : { bindings: { kafka: { topic: channel.address } } }),
      },
    ]),
  ),
  operations: {
    importRecords: operation('receive', 'source', 'The importer reads your topics.'),
    publishEvents: operation(
      'send',
      'events',
      'Gateway and importer write events; the dispatcher puts dead letters back.',
    ),
    deliverEvents: operation('receive', 'events', 'The dispatchers match and deliver.'),
    tellOfWebhooks: operation('send', 'webhooks', 'The registry tells what happened.'),
    putBack: operation('send', 'retries', 'The dispatcher puts dead letters of sources back.'),
    importAgain: operation('receive', 'retries', 'The importer converts them as their source is now.'),
  },
  components: {
    messages: Object.fromEntries(Object.entries(MESSAGES).map(([name, message]) => [name, { name, ...message }])),
  },
};
