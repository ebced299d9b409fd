import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { deliveryText } from '../deliveries/delivery-text.js';
import { readPast } from '../input/moments.js';
import { withExamples } from '../terminal/examples.js';
import { showOne, showPage } from '../terminal/show.js';
import { type PageOptions, withPage } from './page-options.js';

const COLUMNS = [
  ['id', 'id'],
  ['webhook', 'webhook_id'],
  ['state', 'state'],
  ['last status', 'last_status'],
  ['attempts', 'attempts_made'],
  ['event', 'event.id'],
  ['type', 'event.type'],
  ['next attempt', 'next_attempt_at'],
  ['ended', 'ended_at'],
  ['reason', 'reason'],
] as const;

interface ListOptions extends PageOptions {
  webhook?: string;
  eventId?: string;
  state?: string;
  since?: string;
  until?: string;
}

const pathOf = (id: string, rest = '') => `/v1/deliveries/${encodeURIComponent(id)}${rest}`;

/** `deliveries list`, `get` and `resend`, over `/v1/deliveries`. */
export function addDeliveries(program: Command): void {
  const deliveries = program.command('deliveries').description('what became of events at a webhook');
  const list = withPage(deliveries.command('list').description("the account's deliveries, the newest first"))
    .option('--webhook <id>', 'of this webhook alone')
    .option('--event-id <id>', 'of the events with this id')
    .addOption(new Option('--state <state>', 'those alone').choices(['pending', 'delivered', 'exhausted', 'cancelled']))
    .option('--since <moment>', 'that ended or are due then or later; 1h is an hour ago', readPast)
    .option('--until <moment>', 'that ended or are due before then', readPast)
    .action(async (options: ListOptions, command: Command) => {
      const { webhook, eventId, state, since, until, limit, cursor } = options;
      const query = { webhook_id: webhook, event_id: eventId, state, since, until, limit, cursor };
      const answer = await connect(command).ask('GET', '/v1/deliveries', { query });
      showPage(command.optsWithGlobals(), answer, 'deliveries', COLUMNS);
    });
  withExamples(
    list,
    'sluice deliveries list --state exhausted --since 1d',
    'sluice deliveries list --webhook 01M1Q5C7K8T3ZVXG6Q0W2R9D4E --json',
  );
  const get = deliveries
    .command('get <id>')
    .description('one with its request, its attempts, and why the next one comes when it does')
    .action(async (id: string, _: object, command: Command) => {
      const answer = await connect(command).ask('GET', pathOf(id));
      showOne(command.optsWithGlobals(), answer, deliveryText(answer.body));
    });
  withExamples(get, 'sluice deliveries get msg_YJA1kmb1NxysC3hPZjE_OsujSit6eX2Q');
  const resend = deliveries
    .command('resend <id>')
    .description('send one that has ended once more, under its id; one that waits makes its next attempt now')
    .action(async (id: string, _: object, command: Command) => {
      const answer = await connect(command).ask('POST', pathOf(id, '/resend'));
      showOne(command.optsWithGlobals(), answer, `resending ${id}: sluice jobs get ${String(answer.body.id)}`);
    });
  withExamples(resend, 'sluice deliveries resend msg_YJA1kmb1NxysC3hPZjE_OsujSit6eX2Q');
  deliveries.addHelpText(
    'after',
    '\nAll of a webhook that were given up are sent again by sluice resend:\n  $ sluice resend --webhook 01M1Q5C7K8T3ZVXG6Q0W2R9D4E --since 1d',
  );
}
