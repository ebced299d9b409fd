import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { JsonText, jsonBody } from '../input/json-body.js';
import { readPastOr } from '../input/moments.js';
import { orNone } from '../input/numbers.js';
import { withExamples } from '../terminal/examples.js';
import { showOne } from '../terminal/show.js';
import { addActions, addList, pathOf, type Resource } from './resource-commands.js';

const SOURCES: Resource = {
  path: '/v1/sources',
  name: 'sources',
  exampleId: 'src_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  key: 'admin',
  columns: [
    ['id', 'id'],
    ['topic', 'topic'],
    ['format', 'format'],
    ['status', 'status'],
    ['running', 'running'],
    ['lag', 'lag'],
    ['imported', 'imported'],
    ['dead letters', 'dead_letters'],
  ],
};

interface SourceOptions {
  topic?: string;
  format?: string;
  start?: string;
  description?: string | JsonText;
  mapping?: string;
  debezium?: string;
}

/** `sources list`, `get`, `create`, `update`, `pause`, `resume` and `delete`, over `/v1/sources`. */
export function addSources(program: Command): void {
  const sources = program.command('sources').description('topics of Kafka whose records become events (an admin key)');
  addList(sources, SOURCES, 'the newest first');
  addActions(sources, SOURCES, {
    get: { about: 'one, and how it does', method: 'GET' },
    pause: { about: 'stop reading where it is', method: 'POST', rest: '/pause', done: (id) => `paused ${id}` },
    resume: { about: 'go on from there', method: 'POST', rest: '/resume', done: (id) => `resumed ${id}` },
    delete: { about: 'read nothing of it any more', method: 'DELETE', done: (id) => `deleted ${id}` },
  });
  addWriting(sources);
}

function addWriting(sources: Command): void {
  const create = withOptions(sources.command('create').description('read a topic'))
    .requiredOption('--topic <topic>', 'on the cluster of the stream')
    .option(
      '--start <moment>',
      'earliest, latest (if nothing is said) or a moment; 1h is an hour ago',
      readPastOr('earliest', 'latest'),
    )
    .action(async ({ topic, start, ...options }: SourceOptions, command: Command) => {
      const body = jsonBody({ topic, start, ...membersOf(options) });
      showOne(command.optsWithGlobals(), await connect(command, 'admin').ask('POST', '/v1/sources', { body }));
    });
  withExamples(
    create,
    'sluice sources create --topic shop.orders --format json --start earliest --mapping \'{"type": {"header": "event"}, "id": {"pointer": "/id"}}\'',
    'sluice sources create --topic shop.public.orders --format debezium --debezium @tables.json',
  );
  const update = withOptions(
    sources.command('update <id>').description('change what is named; none takes an option away'),
  ).action(async (id: string, options: SourceOptions, command: Command) => {
    const body = jsonBody(membersOf(options));
    showOne(command.optsWithGlobals(), await connect(command, 'admin').ask('PATCH', pathOf(SOURCES, id), { body }));
  });
  withExamples(update, "sluice sources update src_01M1Q5C7K8T3ZVXG6Q0W2R9D4E --description 'orders of the shop'");
}

const withOptions = (command: Command): Command =>
  command
    .addOption(new Option('--format <format>', 'of its records').choices(['cloudevents', 'debezium', 'json']))
    .option('--description <text>', 'for people', orNone(String))
    .option('--mapping <json>', 'of json: where the attributes are (docs/sources.md); @file reads it from a file')
    .option('--debezium <json>', 'of debezium: as which changes rows are told, too; @file reads it from a file');

const membersOf = ({ format, description, mapping, debezium }: SourceOptions) => ({
  format,
  description,
  mapping: JsonText.orNull('--mapping', mapping),
  debezium: JsonText.orNull('--debezium', debezium),
});
