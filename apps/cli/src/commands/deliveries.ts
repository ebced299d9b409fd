import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { type Shown, say, showOne, showPage } from '../terminal/show.js';
import { record, table } from '../terminal/table.js';
import { type PageOptions, withPage } from './page-options.js';

const COLUMNS = [
  ['id', 'id'],
  ['state', 'state'],
  ['event', 'event.id'],
  ['type', 'event.type'],
  ['next attempt', 'next_attempt_at'],
  ['ended', 'ended_at'],
] as const;
const ATTEMPTS = [
  ['attempt', 'number'],
  ['at', 'at'],
  ['status', 'status'],
  ['ms', 'latency_ms'],
  ['error', 'error'],
  ['answer', 'response_excerpt'],
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
  withPage(deliveries.command('list').description("the account's deliveries, the newest first"))
    .option('--webhook <id>', 'of this webhook alone')
    .option('--event-id <id>', 'of the events with this id')
    .addOption(new Option('--state <state>', 'those alone').choices(['pending', 'delivered', 'exhausted', 'cancelled']))
    .option('--since <moment>', 'that ended or are due then or later')
    .option('--until <moment>', 'that ended or are due before then')
    .action(async (options: ListOptions, command: Command) => {
      const { webhook, eventId, state, since, until, limit, cursor } = options;
      const query = { webhook_id: webhook, event_id: eventId, state, since, until, limit, cursor };
      const answer = await connect(command).ask('GET', '/v1/deliveries', { query });
      showPage(command.optsWithGlobals(), answer, 'deliveries', COLUMNS);
    });
  deliveries
    .command('get <id>')
    .description('one with its attempts')
    .action(async (id: string, _: object, command: Command) => {
      const answer = await connect(command).ask('GET', pathOf(id));
      const { attempts, ...rest } = answer.body as { attempts: unknown[] };
      if (command.optsWithGlobals<Shown>().json) say(answer.text);
      else say(`${record(rest)}\n\n${table(attempts, ATTEMPTS)}`);
    });
  deliveries
    .command('resend <id>')
    .description('send one that has ended once more, under its id')
    .action(async (id: string, _: object, command: Command) => {
      const answer = await connect(command).ask('POST', pathOf(id, '/resend'));
      showOne(command.optsWithGlobals(), answer, `resending ${id}: sluice jobs get ${String(answer.body.id)}`);
    });
}
