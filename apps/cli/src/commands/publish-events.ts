import { randomUUID } from 'node:crypto';
import { memberSlices } from '@sluice/exact-json/parse-json';
import { type Command, Option } from 'commander';
import type { ApiClient } from '../api/api-client.js';
import { connect } from '../api/connection.js';
import { pointedAt } from '../api/refusal.js';
import { type BatchResult, publishBatch } from '../events/publish-batch.js';
import { CommandFailure, EXIT, misused } from '../failure/command-failure.js';
import { readEvents } from '../input/event-batch.js';
import { readArgument } from '../input/read-argument.js';
import { withExamples } from '../terminal/examples.js';
import { plain } from '../terminal/plain.js';
import { remark, type Shown, say, showOne } from '../terminal/show.js';

interface PublishOptions {
  type?: string;
  source: string;
  id?: string;
  subject?: string;
  time?: string;
  data?: string;
  example?: boolean;
  contentType?: string;
  audience?: string;
  batch?: string;
}

/** `events publish`: one event in binary mode, or many as batches, to `POST /v1/events`. */
export function addPublishing(events: Command): void {
  const publish = events
    .command('publish')
    .description('publish one event, whose data goes out byte for byte, or many')
    .option('--type <type>', 'one of the catalogue')
    .option('--data <data>', 'the data itself; @file reads a file, - the standard input')
    .option('--example', 'the data is the example of its type')
    .option('--source <source>', 'where it comes from', '/sluice-cli')
    .option('--id <id>', 'a random one if nothing is said; the same source and id twice is one event')
    .option('--subject <subject>', 'what keeps its order')
    .option('--time <moment>', 'when it happened')
    .option('--content-type <type>', 'of the data; application/json if nothing is said')
    .addOption(new Option('--audience <audience>', 'own, all or account/<id>'))
    .option(
      '--batch <events>',
      'CloudEvents: a JSON array, or one a line; @file reads a file, - the standard input; --type and --source are for those that have none',
    )
    .action(async (options: PublishOptions, command: Command) => {
      const api = connect(command);
      const headers: Record<string, string> =
        options.audience === undefined ? {} : { 'sluice-audience': options.audience };
      if (options.batch === undefined) await publishOne(api, options, headers, command.optsWithGlobals());
      else await publishMany(api, options, headers, command.optsWithGlobals());
    });
  withExamples(
    publish,
    'sluice events publish --type follow.created --example',
    'sluice events publish --type follow.created --data @follow.json',
    'sluice events publish --batch @events.ndjson',
    'generate | sluice events publish --type till.rung --batch -',
  );
}

async function publishOne(api: ApiClient, options: PublishOptions, headers: Record<string, string>, shown: Shown) {
  const { type, data, example, source, contentType = 'application/json', id = randomUUID(), subject, time } = options;
  if (type === undefined || (data === undefined) === (example === undefined)) {
    throw misused('give --type and either --data or --example, or --batch');
  }
  const given = { specversion: '1.0', id, source, type, subject, time };
  // Binary mode of CloudEvents over HTTP: values are percent-encoded UTF-8.
  const attributes = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[`ce-${name}`, encodeURI(value)] as const],
  );
  const answer = await api.ask('POST', '/v1/events', {
    body: Uint8Array.from(data === undefined ? await exampleOf(api, type) : readArgument(data)),
    headers: { ...Object.fromEntries(attributes), ...headers, 'content-type': contentType },
  });
  showOne(shown, answer, `accepted ${source} ${id}`);
}

/**
 * The example that the catalogue has of a type, as it was written there.
 *
 * @throws {CommandFailure} when it has none.
 */
async function exampleOf(api: ApiClient, type: string): Promise<Uint8Array> {
  const { text, body } = await api.ask('GET', `/v1/event-types/${encodeURIComponent(type)}`);
  const bytes = Buffer.from(text);
  const place = memberSlices(bytes).get('example');
  if (place === undefined || body.example === null) throw misused(`${type} has no example: give --data`);
  return bytes.subarray(place.start, place.end);
}

/** @throws {CommandFailure} when not all were accepted. */
async function publishMany(api: ApiClient, options: PublishOptions, headers: Record<string, string>, { json }: Shown) {
  const alone = (['data', 'example', 'id', 'subject', 'time', 'contentType'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (alone !== undefined) throw misused('--batch goes with --type, --source and --audience alone');
  const { type, source, batch = '' } = options;
  const events = readEvents(readArgument(batch), { source, ...(type !== undefined && { type }) });
  const results: BatchResult[] = [];
  try {
    for await (const part of publishBatch(api, events, headers)) {
      results.push(...part);
      if (!json) for (const result of part) tell(result);
    }
  } finally {
    const accepted = results.filter((result) => result.accepted).length;
    if (json) say(JSON.stringify({ accepted, refused: results.length - accepted, results }));
    else remark(`Accepted ${accepted} of ${events.length}.`);
  }
  const refused = results.filter((result) => !result.accepted).length;
  if (refused > 0) throw new CommandFailure(`sluice: refused ${refused} of ${events.length}`, EXIT.refused);
}

function tell({ accepted, index, source, id, message = '', errors = [] }: BatchResult): void {
  if (accepted) say(plain(`accepted ${source} ${id}`));
  else remark([`event ${index + 1}: ${message}`, ...pointedAt(message, errors)].map(plain).join('\n'));
}
