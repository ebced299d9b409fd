import type { Command } from 'commander';
import { connect } from '../api/connection.js';
import { readNumber } from '../input/numbers.js';
import { withExamples } from '../terminal/examples.js';
import { oneLineJson } from '../terminal/one-line-json.js';
import { showPage } from '../terminal/show.js';

const COLUMNS = [
  ['id', 'id'],
  ['type', 'type'],
  ['source', 'source'],
  ['accepted', 'accepted_at'],
  ['data', 'data'],
] as const;

/** `events list`: `GET /v1/events/recent`, which has no pages. */
export function addEventList(events: Command): void {
  const list = events
    .command('list')
    .description('the newest events that the account got, at most 100')
    .option('--event-type <type>', 'only those of this type')
    .option('--limit <n>', 'how many at most', readNumber)
    .action(async ({ eventType, limit }: { eventType?: string; limit?: number }, command: Command) => {
      const query = { event_type: eventType, limit };
      const answer = await connect(command).ask('GET', '/v1/events/recent', { query });
      const listed = (answer.body.events as { data: string | null }[]).map((event) => ({
        ...event,
        data: event.data === null ? null : oneLineJson(event.data),
      }));
      showPage(command.optsWithGlobals(), { ...answer, body: { events: listed } }, 'events', COLUMNS);
    });
  withExamples(list, 'sluice events list', 'sluice events list --event-type follow.created --limit 10 --json');
}
