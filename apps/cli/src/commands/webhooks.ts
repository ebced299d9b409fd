import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { JsonText, jsonBody } from '../input/json-body.js';
import { orNone, readNumber, readNumbers } from '../input/numbers.js';
import { type Shown, showOne, showPage } from '../terminal/show.js';
import { type PageOptions, withPage } from './page-options.js';

const COLUMNS = [
  ['id', 'webhook_id'],
  ['state', 'state'],
  ['event type', 'event_type'],
  ['endpoint', 'endpoint'],
  ['created', 'created_at'],
] as const;
const SWITCHES = {
  pause: 'keep what comes and send nothing',
  resume: 'send what was kept',
  enable: 'begin anew after it was disabled',
  disable: 'cancel what is pending and take nothing',
};

interface WebhookOptions extends Shown {
  endpoint?: string;
  eventType?: string;
  filter?: string;
  sample?: string;
  startFrom?: string;
  description?: string | JsonText;
  ordering?: string;
  rateLimit?: number | JsonText;
  concurrency?: number | JsonText;
  retrySchedule?: number[] | JsonText;
}

const pathOf = (id: string, rest = '') => `/v1/webhooks/${encodeURIComponent(id)}${rest}`;

export function addWebhooks(program: Command): void {
  const webhooks = program.command('webhooks').description('who gets which events');
  withPage(webhooks.command('list').description('the newest first')).action(
    async ({ limit, cursor }: PageOptions, command: Command) => {
      const answer = await connect(command).ask('GET', '/v1/webhooks', { query: { limit, cursor } });
      showPage(command.optsWithGlobals(), answer, 'webhooks', COLUMNS);
    },
  );
  const one = (name: string, about: string, method: string, rest: string, line?: (id: string) => string) =>
    webhooks
      .command(`${name} <id>`)
      .description(about)
      .action(async (id: string, _: object, command: Command) => {
        showOne(command.optsWithGlobals(), await connect(command).ask(method, pathOf(id, rest)), line?.(id));
      });
  one('get', 'all about one', 'GET', '');
  one('delete', 'delete it; what is pending for it is cancelled', 'DELETE', '', (id) => `deleted ${id}`);
  one('secret', 'the secret that its deliveries are signed with', 'GET', '/secret');
  for (const [name, about] of Object.entries(SWITCHES)) {
    one(name, about, 'POST', `/${name}`, (id) => `${name}d ${id}`);
  }
  webhooks
    .command('rotate-secret <id>')
    .description('a new secret; the one before goes on signing beside it for a while')
    .option('--keep-previous <seconds>', 'how long (a day if nothing is said)', readNumber)
    .action(async (id: string, { keepPrevious }: { keepPrevious?: number }, command: Command) => {
      const body = jsonBody({ keep_previous_seconds: keepPrevious });
      showOne(command.optsWithGlobals(), await connect(command).ask('POST', pathOf(id, '/secret/rotate'), { body }));
    });
  webhooks
    .command('test <id>')
    .description('deliver a test event to this webhook alone')
    .option('--data <json>', 'its data; the example of its type if nothing is said; @file reads it from a file')
    .action(async (id: string, { data }: { data?: string }, command: Command) => {
      const body = jsonBody({ data: JsonText.maybe('--data', data) });
      const answer = await connect(command).ask('POST', pathOf(id, '/test'), { body });
      showOne(command.optsWithGlobals(), answer, `on its way: ${answer.body.delivery_id}`);
    });
  addWriting(webhooks);
}

function addWriting(webhooks: Command): void {
  withOptions(webhooks.command('create').description('a new webhook'))
    .requiredOption('--endpoint <url>', 'where deliveries go')
    .requiredOption('--event-type <type>', 'one of the catalogue (sluice event-types list)')
    .option('--sample <json>', 'an event that the filter must let through; @file reads it from a file')
    .option('--start-from <moment>', 'also bring what was accepted since then, or since the earliest')
    .action(async (options: WebhookOptions, command: Command) => {
      const { endpoint, eventType, startFrom, sample } = options;
      const created = { endpoint, event_type: eventType, sample: JsonText.maybe('--sample', sample) };
      const body = jsonBody({ ...created, start_from: startFrom, ...membersOf(options) });
      showOne(command.optsWithGlobals(), await connect(command).ask('POST', '/v1/webhooks', { body }));
    });
  withOptions(webhooks.command('update <id>').description('change what is named; none takes an option away'))
    .option('--endpoint <url>', 'where deliveries go')
    .action(async (id: string, options: WebhookOptions, command: Command) => {
      const body = jsonBody({ endpoint: options.endpoint, ...membersOf(options) });
      showOne(command.optsWithGlobals(), await connect(command).ask('PATCH', pathOf(id), { body }));
    });
}

const withOptions = (command: Command): Command =>
  command
    .option('--filter <json>', 'which events (docs/filters.md); @file reads it from a file')
    .option('--description <text>', 'for people', orNone(String))
    .addOption(new Option('--ordering <order>', 'one delivery of a subject at a time').choices(['none', 'subject']))
    .option('--rate-limit <n>', 'attempts a second', orNone(readNumber))
    .option('--concurrency <n>', 'attempts at once', orNone(readNumber))
    .option('--retry-schedule <seconds>', 'before each attempt: 0,5,300', orNone(readNumbers));

const membersOf = (options: WebhookOptions) => ({
  filter: JsonText.orNull('--filter', options.filter),
  description: options.description,
  ordering: options.ordering,
  rate_limit: options.rateLimit,
  concurrency: options.concurrency,
  retry_schedule: options.retrySchedule,
});
