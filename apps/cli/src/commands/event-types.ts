import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { JsonText, jsonBody } from '../input/json-body.js';
import { withExamples } from '../terminal/examples.js';
import { showOne, showPage } from '../terminal/show.js';

interface NewType {
  description?: string;
  schema?: string;
  example?: string;
}

const pathOf = (name: string) => `/v1/event-types/${encodeURIComponent(name)}`;

/** `event-types list`, `get` and `put`, over `/v1/event-types`. */
export function addEventTypes(program: Command): void {
  const types = program.command('event-types').description('the catalogue of events');
  types
    .command('list')
    .description('all of them')
    .action(async (_: object, command: Command) => {
      const answer = await connect(command).ask('GET', '/v1/event-types');
      showPage(command.optsWithGlobals(), answer, 'event_types', [
        ['name', 'name'],
        ['description', 'description'],
      ]);
    });
  types
    .command('get <name>')
    .description('one of them')
    .action(async (name: string, _: object, command: Command) => {
      showOne(command.optsWithGlobals(), await connect(command).ask('GET', pathOf(name)));
    });
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
      const answer = await connect(command, 'admin').ask('PUT', pathOf(name), { body });
      showOne(command.optsWithGlobals(), answer, `registered ${name}`);
    });
  withExamples(put, 'sluice event-types put till.rung --schema @till.schema.json --example \'{"till": 3}\'');
}
