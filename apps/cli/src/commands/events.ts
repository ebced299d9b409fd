import { randomUUID } from 'node:crypto';
import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { follow } from '../api/follow.js';
import { untilInterrupted } from '../api/interruption.js';
import { readArgument } from '../input/read-argument.js';
import { plain } from '../terminal/plain.js';
import { type Shown, say, showOne } from '../terminal/show.js';
import { table } from '../terminal/table.js';

interface NewEvent {
  type: string;
  source: string;
  id?: string;
  subject?: string;
  time?: string;
  data: string;
  contentType: string;
  audience?: string;
}

export function addEvents(program: Command): void {
  const events = program.command('events').description('publish events, and see what became of them');
  events
    .command('publish')
    .description('publish one event; its data goes out byte for byte')
    .requiredOption('--type <type>', 'one of the catalogue')
    .requiredOption('--data <data>', 'the data itself; @file reads a file, - the standard input')
    .option('--source <source>', 'where it comes from', '/sluice-cli')
    .option('--id <id>', 'a random one if nothing is said; the same source and id twice is one event')
    .option('--subject <subject>', 'what keeps its order')
    .option('--time <moment>', 'when it happened')
    .option('--content-type <type>', 'of the data', 'application/json')
    .addOption(new Option('--audience <audience>', 'own, all or account/<id>'))
    .action(async (event: NewEvent, command: Command) => {
      const id = event.id ?? randomUUID();
      const headers = { ...attributes({ ...event, id }), 'content-type': event.contentType };
      const body = Uint8Array.from(readArgument(event.data));
      const answer = await connect(command).ask('POST', '/v1/events', { body, headers });
      showOne(command.optsWithGlobals(), answer, `accepted ${event.source} ${id}`);
    });
  events
    .command('get <id>')
    .description('what became of an event: which webhooks matched, why others did not')
    .option('--source <source>', 'where it came from; if nothing is said, all events of this id')
    .action(async (id: string, { source }: { source?: string }, command: Command) => {
      const answer = await connect(command).ask('GET', '/v1/events', { query: { source, id } });
      if (command.optsWithGlobals<Shown>().json) say(answer.text);
      else say(trailsOf(answer.body).map(trailText).join('\n\n'));
    });
  events
    .command('tail')
    .description('show events as they come')
    .option('--event-type <type>', 'only those of this type')
    .action(async ({ eventType }: { eventType?: string }, command: Command) => {
      const { json } = command.optsWithGlobals<Shown>();
      const following = {
        ...{ query: { event_type: eventType }, greeting: 'Following. Ctrl-C ends it.', signal: untilInterrupted() },
        idOf: ({ source, id }: FollowedEvent) => JSON.stringify([source, id]),
      };
      for await (const { text, thing } of follow(connect(command), '/v1/events/follow', following)) {
        say(json ? text : eventLine(thing));
      }
    });
}

/** Of `GET /v1/events/follow` (docs/api.md). */
interface FollowedEvent {
  source: string;
  id: string;
  type: string;
  accepted_at: string;
  data: string;
}

const eventLine = ({ accepted_at, type, source, id, data }: FollowedEvent): string =>
  plain([accepted_at, type, source, id, data].join('  '));

/** Binary mode of CloudEvents over HTTP: values are percent-encoded UTF-8. */
function attributes({ id, source, type, subject, time, audience }: NewEvent): Record<string, string> {
  const given = { specversion: '1.0', id, source, type, subject, time };
  const named = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[`ce-${name}`, encodeURI(value)] as const],
  );
  return { ...Object.fromEntries(named), ...(audience !== undefined && { 'sluice-audience': audience }) };
}

/** With its source an event has one trail, without it as many as there are events of the id. */
const trailsOf = (body: Record<string, unknown>) => (body.events as Record<string, unknown>[] | undefined) ?? [body];

function trailText(trail: Record<string, unknown>): string {
  const { source, type, accepted_at, matched, deliveries, unmatched } = trail as Record<string, unknown[]>;
  const told = [`${type} of ${plain(String(source))}, accepted ${accepted_at}, matched by ${matched}`];
  const columns = [
    ['delivery', 'id'],
    ['webhook', 'webhook_id'],
    ['state', 'state'],
    ['next attempt', 'next_attempt_at'],
  ] as const;
  if (deliveries?.length) told.push(table(deliveries, columns));
  if (unmatched?.length)
    told.push(
      table(unmatched, [
        ['not for webhook', 'webhook_id'],
        ['because', 'reason'],
      ]),
    );
  return told.join('\n\n');
}
