import { Fault } from '../refusals/fault.js';
import type { ContentMode } from './content-mode.js';
import type { EventOutcome, IntakeReport } from './intake.js';

/** Names in the sentence of a 422; `known_types` has all. */
const NAMED_TYPES = 50;
/** Entries of all events of a batch together, and of the batch as a whole. */
const BATCH_ENTRIES = 1_000;
const TOP_ENTRIES = 100;

export interface PublishAnswer {
  /** 202: all accepted; 207: some of a batch. */
  status: 202 | 207;
  body: Record<string, unknown>;
}

/**
 * The answer to a publish. A single event: `{source, id, accepted_at}`. A batch: `results`, one for each event by index.
 *
 * @throws {Fault} when no event was accepted.
 */
export function publishAnswer(mode: ContentMode, { outcomes, acceptedAt }: IntakeReport): PublishAnswer {
  if (mode === 'batch') return batchAnswer(outcomes, acceptedAt);
  const [outcome] = outcomes;
  if (outcome === undefined) throw new Error('a single event has one outcome');
  if (outcome.accepted) {
    return { status: 202, body: { source: outcome.source, id: outcome.id, accepted_at: acceptedAt } };
  }
  const { status, message, errors, knownTypes } = outcome.refusal;
  if (knownTypes === undefined) throw new Fault(status, message, { errors });
  const list = knownTypes.slice(0, NAMED_TYPES).join(', ');
  throw new Fault(status, `${message}, which has: ${list}`, { errors, members: { known_types: knownTypes } });
}

function batchAnswer(outcomes: readonly EventOutcome[], acceptedAt: string): PublishAnswer {
  const entries = new EntryBudget();
  const results = outcomes.map((outcome, index) => resultOf(outcome, index, acceptedAt, entries));
  const refusals = outcomes.flatMap((outcome) => (outcome.accepted ? [] : [outcome.refusal]));
  const accepted = outcomes.length - refusals.length;
  const knownTypes = refusals.find((refusal) => refusal.knownTypes !== undefined)?.knownTypes;
  const members = {
    accepted,
    refused: refusals.length,
    ...(knownTypes === undefined ? {} : { known_types: knownTypes }),
    results,
  };
  if (refusals.length === 0) return { status: 202, body: members };
  if (accepted > 0) return { status: 207, body: members };
  const status = refusals.every((refusal) => refusal.status === 422) ? 422 : 400;
  const errors = refusals.slice(0, TOP_ENTRIES).map(({ message }, index) => ({ path: String(index), message }));
  throw new Fault(status, 'no event of the batch was accepted', { errors, members });
}

/** Keeps the answer to a batch of ten thousand faulty events from outgrowing the batch: later ones have a message only. */
class EntryBudget {
  private left = BATCH_ENTRIES;

  take<T>(entries: readonly T[]): readonly T[] {
    const taken = entries.slice(0, this.left);
    this.left -= taken.length;
    return taken;
  }
}

function resultOf(
  outcome: EventOutcome,
  index: number,
  acceptedAt: string,
  entries: EntryBudget,
): Record<string, unknown> {
  const { source, id } = outcome;
  if (outcome.accepted) return { index, accepted: true, source, id, accepted_at: acceptedAt };
  const { status, message, errors } = outcome.refusal;
  return {
    index,
    accepted: false,
    ...(source === null ? {} : { source }),
    ...(id === null ? {} : { id }),
    status,
    message,
    errors: entries.take(errors),
  };
}
