import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { readManySeconds, readSeconds } from '../input/durations.js';
import { JsonText, jsonBody } from '../input/json-body.js';
import { readPastOr } from '../input/moments.js';
import { orNone, readNumber } from '../input/numbers.js';
import { withExamples } from '../terminal/examples.js';
import { type Shown, showOne } from '../terminal/show.js';
import { addActions, addList, pathOf, type Resource } from './resource-commands.js';

const WEBHOOKS: Resource = {
  path: '/v1/webhooks',
  name: 'webhooks',
  exampleId: '01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  key: 'live',
  columns: [
    ['id', 'webhook_id'],
    ['state', 'state'],
    ['event type', 'event_type'],
    ['endpoint', 'endpoint'],
    ['created', 'created_at'],
  ],
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

/** `webhooks list`, `create`, `update`, and what is done to one of them by its id, over `/v1/webhooks`. */
export function addWebhooks(program: Command): void {
  const webhooks = program.command('webhooks').description('who gets which events');
  addList(webhooks, WEBHOOKS, 'the newest first');
  addActions(webhooks, WEBHOOKS, {
    get: { about: 'all about one', method: 'GET' },
    delete: {
      about: 'delete it; what is pending for it is cancelled',
      method: 'DELETE',
      done: (id) => `deleted ${id}`,
    },
    secret: { about: 'the secret that its deliveries are signed with', method: 'GET', rest: '/secret' },
    pause: { about: 'keep what comes and send nothing', method: 'POST', rest: '/pause', done: (id) => `paused ${id}` },
    resume: { about: 'send what was kept', method: 'POST', rest: '/resume', done: (id) => `resumed ${id}` },
    enable: {
      about: 'begin anew after it was disabled',
      method: 'POST',
      rest: '/enable',
      done: (id) => `enabled ${id}`,
    },
    disable: {
      about: 'cancel what is pending and take nothing',
      method: 'POST',
      rest: '/disable',
      done: (id) => `disabled ${id}`,
    },
  });
  const rotate = webhooks
    .command('rotate-secret <id>')
    .description('a new secret; the one before goes on signing beside it for a while')
    .option('--keep-previous <time>', 'how long: 1h, or in seconds (a day if nothing is said)', readSeconds)
    .action(async (id: string, { keepPrevious }: { keepPrevious?: number }, command: Command) => {
      const body = jsonBody({ keep_previous_seconds: keepPrevious });
      showOne(
        command.optsWithGlobals(),
        await connect(command).ask('POST', pathOf(WEBHOOKS, id, '/secret/rotate'), { body }),
      );
    });
  const test = webhooks
    .command('test <id>')
    .description('deliver a test event to this webhook alone')
    .option('--data <json>', 'its data; the example of its type if nothing is said; @file reads it from a file')
    .action(async (id: string, { data }: { data?: string }, command: Command) => {
      const body = jsonBody({ data: JsonText.maybe('--data', data) });
      const answer = await connect(command).ask('POST', pathOf(WEBHOOKS, id, '/test'), { body });
      showOne(command.optsWithGlobals(), answer, `on its way: ${answer.body.delivery_id}`);
    });
  withExamples(rotate, `sluice webhooks rotate-secret ${WEBHOOKS.exampleId} --keep-previous 1h`);
  withExamples(
    test,
    `sluice webhooks test ${WEBHOOKS.exampleId}`,
    `sluice webhooks test ${WEBHOOKS.exampleId} --data @event.json`,
  );
  addWriting(webhooks);
}

function addWriting(webhooks: Command): void {
  const create = withOptions(webhooks.command('create').description('a new webhook'))
    .requiredOption('--endpoint <url>', 'where deliveries go')
    .requiredOption('--event-type <type>', 'one of the catalogue (sluice event-types list)')
    .option('--sample <json>', 'an event that the filter must let through; @file reads it from a file')
    .option(
      '--start-from <moment>',
      'also bring what was accepted since then, or since the earliest; 1h is an hour ago',
      readPastOr('earliest'),
    )
    .action(async (options: WebhookOptions, command: Command) => {
      const { endpoint, eventType, startFrom, sample } = options;
      const created = { endpoint, event_type: eventType, sample: JsonText.maybe('--sample', sample) };
      const body = jsonBody({ ...created, start_from: startFrom, ...membersOf(options) });
      showOne(command.optsWithGlobals(), await connect(command).ask('POST', WEBHOOKS.path, { body }));
    });
  const update = withOptions(
    webhooks.command('update <id>').description('change what is named; none takes an option away'),
  )
    .option('--endpoint <url>', 'where deliveries go')
    .action(async (id: string, options: WebhookOptions, command: Command) => {
      const body = jsonBody({ endpoint: options.endpoint, ...membersOf(options) });
      showOne(command.optsWithGlobals(), await connect(command).ask('PATCH', pathOf(WEBHOOKS, id), { body }));
    });
  withExamples(
    create,
    'sluice webhooks create --endpoint http://127.0.0.1:3000/hook --event-type follow.created',
    `sluice webhooks create --endpoint https://example.com/hook --event-type follow.created --filter '{"followerProfileId": 3761}' --retry-schedule 0,5s,5m,1h`,
  );
  withExamples(
    update,
    `sluice webhooks update ${WEBHOOKS.exampleId} --rate-limit 10 --description 'of the shop'`,
    `sluice webhooks update ${WEBHOOKS.exampleId} --filter @filter.json --retry-schedule none`,
  );
}

const withOptions = (command: Command): Command =>
  command
    .option('--filter <json>', 'which events (docs/filters.md); @file reads it from a file')
    .option('--description <text>', 'for people', orNone(String))
    .addOption(new Option('--ordering <order>', 'one delivery of a subject at a time').choices(['none', 'subject']))
    .option('--rate-limit <n>', 'attempts a second', orNone(readNumber))
    .option('--concurrency <n>', 'attempts at once', orNone(readNumber))
    .option('--retry-schedule <times>', 'waited before each attempt: 5s,5m,1h, or in seconds', orNone(readManySeconds));

const membersOf = (options: WebhookOptions) => ({
  filter: JsonText.orNull('--filter', options.filter),
  description: options.description,
  ordering: options.ordering,
  rate_limit: options.rateLimit,
  concurrency: options.concurrency,
  retry_schedule: options.retrySchedule,
});
