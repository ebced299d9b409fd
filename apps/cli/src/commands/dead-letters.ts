import { type Command, Option } from 'commander';
import { connect } from '../api/connection.js';
import { CommandFailure, EXIT, misused } from '../failure/command-failure.js';
import { jsonBody } from '../input/json-body.js';
import { readPast } from '../input/moments.js';
import { withExamples } from '../terminal/examples.js';
import { plain } from '../terminal/plain.js';
import { type Shown, say, showOne, showPage } from '../terminal/show.js';
import { type PageOptions, withPage } from './page-options.js';

const COLUMNS = [
  ['id', 'id'],
  ['state', 'state'],
  ['at', 'at'],
  ['topic', 'topic'],
  ['partition', 'partition'],
  ['offset', 'offset'],
  ['reason', 'reason'],
] as const;

interface FilterOptions {
  source?: string;
  topic?: string;
  reason?: string;
  since?: string;
  until?: string;
}

interface ManyOptions extends FilterOptions {
  all?: boolean;
}

/** How the API's paths and answers name what is done to many. */
const ACTS = {
  'put-back': { done: 'put_back', about: 'publish the records again: some by their ids, or those that wait and fit' },
  drop: { done: 'dropped', about: 'forget the bytes: of some by their ids, or of those that fit' },
} as const;

/**
 * `dead-letters list`, `get`, `put-back` and `drop`, over `/v1/dead-letters`; the last two do as many as there are, in
 * as many requests as it takes.
 */
export function addDeadLetters(program: Command): void {
  const letters = program.command('dead-letters').description('records that could not be read');
  const list = withPage(withFilter(letters.command('list').description('the newest first')))
    .addOption(
      new Option('--state <state>', 'all but the dropped ones if nothing is said').choices([
        ...['waiting', 'put_back', 'dropped'],
      ]),
    )
    .action(async (options: FilterOptions & PageOptions & { state?: string }, command: Command) => {
      const { state, limit, cursor } = options;
      const query = { ...filterOf(options), state, limit, cursor };
      const answer = await connect(command, 'admin').ask('GET', '/v1/dead-letters', { query });
      showPage(command.optsWithGlobals(), answer, 'dead_letters', COLUMNS);
    });
  withExamples(list, 'sluice dead-letters list --state waiting --reason json');
  const get = letters
    .command('get <id>')
    .description('one, with all that is kept of its record')
    .action(async (id: string, _: object, command: Command) => {
      const path = `/v1/dead-letters/${encodeURIComponent(id)}`;
      showOne(command.optsWithGlobals(), await connect(command, 'admin').ask('GET', path));
    });
  withExamples(get, 'sluice dead-letters get dlt_5f0c9d0c6a7b4f0e9d57a4a0b1f7c2de');
  for (const act of ['put-back', 'drop'] as const) {
    const many = withFilter(letters.command(`${act} [ids...]`).description(ACTS[act].about))
      .option('--all', 'all that there are')
      .action((ids: string[], options: ManyOptions, command: Command) => doToMany(act, ids, options, command));
    withExamples(
      many,
      `sluice dead-letters ${act} dlt_5f0c9d0c6a7b4f0e9d57a4a0b1f7c2de`,
      `sluice dead-letters ${act} --source src_01M1Q5C7K8T3ZVXG6Q0W2R9D4E`,
    );
  }
}

const withFilter = (command: Command): Command =>
  command
    .option('--source <id>', 'of this source')
    .option('--topic <topic>', 'that stood in this topic')
    .option('--reason <text>', 'with this text in the reason')
    .option('--since <moment>', 'recorded then or later; 1h is an hour ago', readPast)
    .option('--until <moment>', 'recorded before then', readPast);

const filterOf = ({ source, topic, reason, since, until }: FilterOptions) => ({
  ...{ source_id: source, topic, reason, since, until },
});

/**
 * One request does up to 1,000: the same is asked until all is done, or nothing of it can be.
 *
 * @throws {CommandFailure} when some could not be.
 */
async function doToMany(act: keyof typeof ACTS, ids: string[], options: ManyOptions, command: Command): Promise<void> {
  const filter = filterOf(options);
  const isFiltered = options.all === true || Object.values(filter).some((value) => value !== undefined);
  if (ids.length > 0 === isFiltered) throw misused('give either ids, or what they have in common, or --all');
  const body = jsonBody(ids.length > 0 ? { ids } : { filter });
  const { done: member } = ACTS[act];
  const api = connect(command, 'admin');
  const done: string[] = [];
  const failed = new Map<string, string>();
  for (let more = true; more; ) {
    const answer = await api.ask('POST', `/v1/dead-letters/${act}`, { body });
    const told = answer.body as { failed: { id: string; reason: string }[]; more: boolean };
    const now = answer.body[member] as string[];
    done.push(...now);
    for (const { id, reason } of told.failed) failed.set(id, reason);
    more = told.more && now.length > 0;
  }
  const { json } = command.optsWithGlobals<Shown>();
  const failures = [...failed].map(([id, reason]) => ({ id, reason }));
  if (json) say(JSON.stringify({ [member]: done, failed: failures, more: false }));
  else say(`${act === 'drop' ? 'dropped' : 'put back'} ${done.length}`);
  if (failures.length === 0) return;
  const lines = failures.map(({ id, reason }) => `  ${id}: ${plain(reason)}`);
  throw new CommandFailure([`sluice: ${failures.length} could not be`, ...lines].join('\n'), EXIT.refused);
}
