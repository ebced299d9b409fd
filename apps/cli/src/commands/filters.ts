import type { JsonValue } from '@sluice/exact-json/json-value';
import { parseJson } from '@sluice/exact-json/parse-json';
import { explainMismatch } from '@sluice/filters/explain-mismatch';
import type { Filter } from '@sluice/filters/filter';
import { parseFilterText } from '@sluice/filters/parse-filter';
import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { CommandFailure, EXIT, misused } from '../failure/command-failure.js';
import { JsonText, jsonBody } from '../input/json-body.js';
import { readArgument } from '../input/read-argument.js';
import { withExamples } from '../terminal/examples.js';
import { remark, type Shown, say, showPage } from '../terminal/show.js';

const COLUMNS = [
  ['matched', 'matched'],
  ['source', 'source'],
  ['id', 'id'],
  ['accepted', 'accepted_at'],
  ['because', 'reason'],
] as const;

/**
 * `filters test`: with a sample on this machine, by the code that Sluice itself matches with; with `--recent` it asks
 * Sluice.
 */
export function addFilters(program: Command): void {
  const test = program
    .command('filters')
    .description('try filters')
    .command('test')
    .description('whether a filter lets a sample through, on this machine alone, or which of the recent events')
    .requiredOption('--filter <json>', 'the filter; @file reads it from a file')
    .option('--sample <json>', 'the data of an event; @file reads it from a file')
    .option('--recent', 'try it on the latest events of --event-type')
    .option('--event-type <type>', 'of the recent events')
    .action(
      async (options: { filter: string; sample?: string; recent?: boolean; eventType?: string }, command: Command) => {
        const { filter, sample, recent, eventType } = options;
        if ((sample === undefined) === (recent === undefined)) throw misused('give either --sample or --recent');
        if (sample !== undefined) return testLocally(filter, sample, command.optsWithGlobals());
        if (eventType === undefined) throw misused('--recent needs --event-type');
        const text = readArgument(filter).toString('utf8');
        readFilter(text);
        const body = jsonBody({ event_type: eventType, filter: JsonText.of('--filter', text) });
        const answer = await connect(command).ask('POST', '/v1/filters/preview', { body });
        showPage(command.optsWithGlobals(), answer, 'events', COLUMNS);
        remark(`It matches ${answer.body.matched} of the last ${answer.body.considered}.`);
      },
    );
  withExamples(
    test,
    `sluice filters test --filter '{"till": {"$gt": 2}}' --sample '{"till": 3}'`,
    'sluice filters test --filter @filter.json --recent --event-type follow.created',
  );
}

/** @throws {CommandFailure} that says which condition failed on which value. */
function testLocally(filter: string, sample: string, { json }: Shown): void {
  const reason = explainMismatch(readFilter(readArgument(filter).toString('utf8')), readSample(sample));
  if (json) say(JSON.stringify({ matched: reason === null, reason }));
  if (reason !== null) throw new CommandFailure(`does not match: ${reason}`, EXIT.refused);
  if (!json) say('matches');
}

/** @throws {CommandFailure} that tells each fault with its place. */
function readFilter(text: string): Filter {
  const parsed = parseFilterText(text);
  if (parsed.ok) return parsed.filter;
  const faults = parsed.faults.map(({ path, message }) => `  ${path || '(the filter)'}: ${message}`);
  throw misused(['the filter is not valid', ...faults].join('\n'));
}

function readSample(sample: string): JsonValue {
  try {
    return parseJson(readArgument(sample));
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw misused(`--sample: ${(error as Error).message}`);
  }
}
