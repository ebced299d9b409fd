import {
  type DeadLetterFilter,
  type DeadLetterSelection,
  DeadLetterState,
  MOST_DEAD_LETTERS,
} from '@sluice/contracts/dead-letter-commands';
import type { Fault } from '../refusals/fault.js';
import type { JsonMembers } from '../server/json-body.js';
import { MOMENT_WANTED, readMoment } from './moment.js';
import { wrongQuery } from './page.js';

/** What dead letters are told apart by; the names of query parameters, and of members of a `filter`. */
export const FILTER_NAMES = ['source_id', 'topic', 'reason', 'since', 'until', 'state'] as const;
const TEXT = { most: 249, wanted: 'must be a text of 1 to 249 characters' };

type Given = Partial<Record<(typeof FILTER_NAMES)[number], unknown>>;
type Complain = (name: string, message: string) => Fault;

/** A filter of query parameters. @throws {Fault} 400 naming what is wrong. */
export const filterOfQuery = (query: Given): DeadLetterFilter => filterOf(query, wrongQuery, DeadLetterState.options);

/**
 * `{ids}` or `{filter}`: which dead letters something is to be done to.
 *
 * @param states that a filter may ask for; none: it has no `state`.
 */
export function readSelection(body: JsonMembers, states: readonly DeadLetterState[]): DeadLetterSelection {
  body.only('ids', 'filter');
  if (body.has('ids') === body.has('filter')) throw body.fault('ids', 'or filter is required, and one of them alone');
  if (!body.has('ids')) {
    const filter = body.object('filter').only(...FILTER_NAMES.filter((name) => name !== 'state' || states.length > 0));
    const given = Object.fromEntries(FILTER_NAMES.map((name) => [name, filter.value(name) ?? undefined]));
    return { filter: filterOf(given, (name, message) => filter.fault(name, message), states) };
  }
  const ids = body.optionalStrings('ids') ?? [];
  if (ids.length >= 1 && ids.length <= MOST_DEAD_LETTERS) return { ids };
  throw body.fault('ids', `must have from 1 to ${MOST_DEAD_LETTERS} elements`);
}

function filterOf(given: Given, complain: Complain, states: readonly DeadLetterState[]): DeadLetterFilter {
  const text = (name: 'source_id' | 'topic' | 'reason') => {
    const value = given[name];
    if (value === undefined) return undefined;
    const isText = typeof value === 'string' && value !== '' && value.length <= TEXT.most && !value.includes('\0');
    if (isText) return value;
    throw complain(name, TEXT.wanted);
  };
  const moment = (name: 'since' | 'until') => {
    const value = given[name];
    if (value === undefined) return undefined;
    const read = readMoment(value);
    if (read !== null) return read;
    throw complain(name, MOMENT_WANTED);
  };
  const state = states.find((each) => each === given.state);
  if (given.state !== undefined && state === undefined) {
    throw complain('state', `must be one of ${states.join(', ')}`);
  }
  return {
    sourceId: text('source_id'),
    topic: text('topic'),
    reason: text('reason'),
    since: moment('since'),
    until: moment('until'),
    state,
  };
}
