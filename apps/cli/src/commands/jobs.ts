import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { jsonBody } from '../input/json-body.js';
import { readPast } from '../input/moments.js';
import { collected, readNumber } from '../input/numbers.js';
import { followJob } from '../jobs/follow-job.js';
import { withExamples } from '../terminal/examples.js';
import { showOne } from '../terminal/show.js';
import { addActions, addList, type Resource } from './resource-commands.js';

const JOBS: Resource = {
  path: '/v1/jobs',
  name: 'jobs',
  exampleId: 'job_01M1Q5C7K8T3ZVXG6Q0W2R9D4E',
  key: 'live',
  columns: [
    ['id', 'id'],
    ['kind', 'kind'],
    ['state', 'state'],
    ['done', 'progress.done'],
    ['of', 'progress.total'],
    ['deliveries', 'progress.inserted'],
    ['created', 'created_at'],
  ],
};

interface JobOptions {
  webhook: string[];
  rate?: number;
  since?: string;
  state?: string[];
  from?: string;
  to?: string;
  as?: string;
  detach?: boolean;
  cancel?: boolean;
}

/** `replay`, `resend` and `try-now`, which start a job and follow it, and `jobs list`, `get` and `cancel`. */
export function addJobs(program: Command): void {
  const replay = withJobOptions(
    program.command('replay').description('go through past events, and deliver what matches now'),
  )
    .requiredOption('--from <moment>', 'accepted then or later; 1h is an hour ago', readPast)
    .option('--to <moment>', 'accepted before then; now, if nothing is said', readPast)
    .addOption(
      new Option('--as <identity>', 'as the delivery that it was, or as a new one')
        .choices(['itself', 'new'])
        .default('itself'),
    )
    .action((options: JobOptions, command: Command) => {
      const { webhook, rate, from, to, as } = options;
      return start(command, options, { kind: 'replay', webhook_ids: webhook, from, to, as, rate });
    });
  const resend = withJobOptions(program.command('resend').description('send again what was given up'))
    .requiredOption('--since <moment>', 'that ended then or later; 1h is an hour ago', readPast)
    .option('--state <state>', 'exhausted (if nothing is said) or cancelled; several times for both', collected)
    .action((options: JobOptions, command: Command) => {
      const { webhook, rate, since, state } = options;
      return start(command, options, { kind: 'resend', webhook_ids: webhook, since, states: state, rate });
    });
  const tryNow = withJobOptions(
    program.command('try-now').description('make the next attempts of what waits now, once an endpoint is mended'),
  ).action((options: JobOptions, command: Command) => {
    const { webhook, rate } = options;
    return start(command, options, { kind: 'try_now', webhook_ids: webhook, rate });
  });
  withExamples(
    replay,
    'sluice replay --webhook 01M1Q5C7K8T3ZVXG6Q0W2R9D4E --from 1h',
    'sluice replay --webhook 01M1Q5C7K8T3ZVXG6Q0W2R9D4E --from 2026-03-01T00:00:00Z --to 2026-03-02T00:00:00Z --as new',
  );
  withExamples(
    resend,
    'sluice resend --webhook 01M1Q5C7K8T3ZVXG6Q0W2R9D4E --since 1d',
    'sluice resend --webhook 01M1Q5C7K8T3ZVXG6Q0W2R9D4E --since 1d --state exhausted --state cancelled --rate 10',
  );
  withExamples(tryNow, 'sluice try-now --webhook 01M1Q5C7K8T3ZVXG6Q0W2R9D4E');
  const jobs = program
    .command('jobs')
    .description('what is done by hand: resending, replays, backfills, attempts made now');
  addList(jobs, JOBS, 'the newest first');
  addActions(jobs, JOBS, {
    get: { about: 'how far one is', method: 'GET' },
    cancel: {
      about: 'it makes no more deliveries; what it made stays',
      method: 'POST',
      rest: '/cancel',
      done: (id) => `cancelled ${id}`,
    },
  });
}

const withJobOptions = (command: Command): Command =>
  command
    .requiredOption('--webhook <id>', 'for which webhook; several times for several', collected)
    .option('--rate <n>', 'deliveries a second at most', readNumber)
    .option('--detach', 'start the job and do not follow it')
    .option('--cancel', 'Ctrl-C cancels the job, where it would leave it going on');

async function start(command: Command, options: JobOptions, members: Record<string, unknown>): Promise<void> {
  const api = connect(command);
  const job = await api.ask('POST', JOBS.path, { body: jsonBody(members) });
  const id = String(job.body.id);
  if (options.detach) showOne(command.optsWithGlobals(), job, `started ${id}: sluice jobs get ${id}`);
  else await followJob(api, id, { ...command.optsWithGlobals(), cancels: options.cancel === true });
}
