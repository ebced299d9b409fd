import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { JsonText, jsonBody } from '../input/json-body.js';
import { withExamples } from '../terminal/examples.js';
import { showOne } from '../terminal/show.js';
import { addList, pathOf, type Resource } from './resource-commands.js';

const TYPES: Resource = {
  path: '/v1/event-types',
  name: 'event_types',
  exampleId: 'follow.created',
  key: 'live',
  columns: [
    ['name', 'name'],
    ['description', 'description'],
  ],
};

interface NewType {
  description?: string;
  schema?: string;
  example?: string;
}

/** `event-types list`, `get`, `put` and `delete`, over `/v1/event-types`. */
export function addEventTypes(program: Command): void {
  const types = program.command('event-types').description('the catalogue of events');
  addList(types, TYPES, 'first those that every account has, then its own');
  const get = types
    .command('get <name>')
    .description('one of them')
    .action(async (name: string, _: object, command: Command) => {
      showOne(command.optsWithGlobals(), await connect(command).ask('GET', pathOf(TYPES, name)));
    });
  withExamples(get, 'sluice event-types get follow.created');
  const put = types
    .command('put <name>')
    .description('register or replace one as a whole (an admin key)')
    .option('--description <text>', 'for people')
    .option('--schema <json>', 'JSON Schema of its data; @file reads it from a file')
    .option('--example <json>', 'the data of an event, for test events; @file reads it from a file')
    .action(async (name: string, options: NewType, command: Command) => {
      const schema = JsonText.maybe('--schema', options.schema);
      const example = JsonText.maybe('--example', options.example);
      const body = jsonBody({ description: options.description, schema, example });
      const answer = await connect(command, 'admin').ask('PUT', pathOf(TYPES, name), { body });
      showOne(command.optsWithGlobals(), answer, `registered ${name}`);
    });
  const remove = types
    .command('delete <name>')
    .description('take one of its own away (an admin key); not while webhooks or sources name it')
    .action(async (name: string, _: object, command: Command) => {
      const answer = await connect(command, 'admin').ask('DELETE', pathOf(TYPES, name));
      showOne(command.optsWithGlobals(), answer, `deleted ${name}`);
    });
  withExamples(put, 'sluice event-types put till.rung --schema @till.schema.json --example \'{"till": 3}\'');
  withExamples(remove, 'sluice event-types delete till.rung');
}
