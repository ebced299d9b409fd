import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { untilInterrupted } from '../api/interruption.js';
import { CommandFailure, EXIT } from '../failure/command-failure.js';
import { demandEventType } from '../listen/demand-followable.js';
import { follow } from '../listen/follow.js';
import { withExamples } from '../terminal/examples.js';
import { oneLineJson } from '../terminal/one-line-json.js';
import { plain } from '../terminal/plain.js';
import { type Shown, say } from '../terminal/show.js';
import { table } from '../terminal/table.js';
import { addEventList } from './list-events.js';
import { addPublishing } from './publish-events.js';

/** `events publish`, `list`, `get` and `tail`; the last goes on until it is told to end. */
export function addEvents(program: Command): void {
  const events = program.command('events').description('publish events, and see what became of them');
  addPublishing(events);
  addEventList(events);
  const get = events
    .command('get <id>')
    .description('what became of an event: which webhooks matched, why others did not')
    .option('--source <source>', 'where it came from; if nothing is said, all events of this id')
    .action(async (id: string, { source }: { source?: string }, command: Command) => {
      const answer = await connect(command).ask('GET', '/v1/events', { query: { source, id } });
      const trails = trailsOf(answer.body);
      if (command.optsWithGlobals<Shown>().json) say(answer.text);
      else if (trails.length > 0) say(trails.map(trailText).join('\n\n'));
      if (trails.length === 0) throw new CommandFailure(`sluice: nothing is known of an event ${id}`, EXIT.refused);
    });
  withExamples(get, 'sluice events get 7', 'sluice events get 7 --source /till');
  const tail = events
    .command('tail')
    .description('show events as they come')
    .option('--event-type <type>', 'only those of this type')
    .action(async ({ eventType }: { eventType?: string }, command: Command) => {
      const { json } = command.optsWithGlobals<Shown>();
      const api = connect(command);
      const signal = untilInterrupted();
      if (eventType !== undefined) await demandEventType(api, eventType, signal);
      const following = {
        ...{ query: { event_type: eventType }, greeting: 'Following. Ctrl-C ends it.', signal },
        idOf: ({ source, id }: FollowedEvent) => JSON.stringify([source, id]),
      };
      for await (const { text, thing } of follow(api, '/v1/events/follow', following)) {
        say(json ? text : eventLine(thing));
      }
      signal.throwIfAborted();
    });
  withExamples(tail, 'sluice events tail', 'sluice events tail --event-type follow.created --json');
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
  plain([accepted_at, type, source, id, oneLineJson(data)].join('  '));

/** With its source an event has one trail, without it as many as there are events of the id. */
const trailsOf = (body: Record<string, unknown>) => (body.events as Record<string, unknown>[] | undefined) ?? [body];

interface TrailDelivery {
  attempts: { status: number | null; error: string | null }[];
}

/** What the endpoint said last, or why it said nothing. */
function withLastStatus({ attempts, ...delivery }: TrailDelivery): object {
  const last = attempts.at(-1);
  return { ...delivery, attempts_made: attempts.length, last_status: last?.status ?? last?.error };
}

function trailText(trail: Record<string, unknown>): string {
  const { source, type, accepted_at, matched, deliveries, unmatched } = trail as Record<string, unknown[]>;
  const told = [`${type} of ${plain(String(source))}, accepted ${accepted_at}, matched by ${matched}`];
  const columns = [
    ['delivery', 'id'],
    ['webhook', 'webhook_id'],
    ['state', 'state'],
    ['attempts', 'attempts_made'],
    ['last status', 'last_status'],
    ['next attempt', 'next_attempt_at'],
  ] as const;
  if (deliveries?.length) told.push(table((deliveries as TrailDelivery[]).map(withLastStatus), columns));
  if (unmatched?.length)
    told.push(
      table(unmatched, [
        ['not for webhook', 'webhook_id'],
        ['because', 'reason'],
      ]),
    );
  if (trail.unmatched_more === true) told.push('It was not for still more of your webhooks, which are not listed.');
  return told.join('\n\n');
}
