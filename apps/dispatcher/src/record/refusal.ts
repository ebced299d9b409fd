import pg from 'pg';
import { Unencodable } from '../database/binary-array.js';
import { type DeadLetter, letterOfDelivery } from './dead-letter.js';
import { asDeadLetter, type DeadLetterFact, type Fact, type OutcomeFact, type ParkFact } from './fact.js';

/** SQLSTATE classes by which PostgreSQL refuses the data themselves: writing them again would be refused again. */
const REFUSED_FOR_DATA = new Set(['22', '23', '54']);

/**
 * Why these data can't be written, ever; null when the cause lies elsewhere (connection, deadlock, shut-down, disk) and
 * the same batch may succeed later.
 */
export function refusalOf(error: unknown): string | null {
  if (error instanceof pg.DatabaseError) {
    return REFUSED_FOR_DATA.has(error.code?.slice(0, 2) ?? '') ? `${error.code}: ${error.message}` : null;
  }
  return error instanceof Unencodable ? error.message : null;
}

/** Text that PostgreSQL takes: it has no way to store a NUL in `text`. */
export const plainText = (text: string): string => text.replaceAll('\0', '\uFFFD').slice(0, 2_000);

/**
 * What to record instead of a fact that was refused, alone, for the given reason; null when nothing is left to say. Each
 * step down keeps less of what users wrote, so that the last one is certain to be written and the position can go on:
 * an event becomes a dead letter, which loses its bytes and then is nobody's, an outcome loses its attempt and then becomes
 * `exhausted`, a delivery becomes a dead letter of its record.
 */
export function insteadOf(fact: Fact, reason: string): Fact | null {
  switch (fact.kind) {
    case 'event':
      return asDeadLetter(fact, `the event can't be recorded: ${reason}`);
    case 'outcome': {
      if (fact.attempt !== null) return { ...fact, attempt: null };
      if (fact.verdict.state === 'pending') return exhausted(fact, reason);
      return fact.under === null ? null : deliveryLetter(fact, fact.under, reason);
    }
    case 'park':
      return exhausted(fact, reason);
    case 'ping':
      // At worst its lease runs out, and it is sent again.
      return fact.attempt === null ? null : { ...fact, attempt: null };
    case 'dead letter': {
      const { letter } = fact;
      const isEmpty = letter.data === null && letter.headers === null && letter.key === null;
      if (!isEmpty) return { ...fact, letter: { ...letter, key: null, headers: null, data: null } };
      const { accountId, origin, former } = letter;
      const isNobodys = accountId === null && origin.sourceId === null && former === null;
      return isNobodys ? null : { ...fact, letter: nobodys(letter) };
    }
    default:
      return null;
  }
}

/** Without what is in an index beside its place. */
const nobodys = (letter: DeadLetter): DeadLetter => ({
  ...letter,
  accountId: null,
  origin: { ...letter.origin, sourceId: null },
  former: null,
});

/** The delivery ends here: it was matched, and can be neither made nor kept. */
export const exhausted = ({ under, delivery, counts }: OutcomeFact | ParkFact, reason: string): OutcomeFact => ({
  kind: 'outcome',
  under,
  delivery,
  attempt: null,
  verdict: { state: 'exhausted', reason: `the delivery can't be recorded: ${reason}` },
  counts,
  keepsLane: false,
});

function deliveryLetter(
  { delivery, counts }: OutcomeFact,
  under: NonNullable<Fact['under']>,
  reason: string,
): DeadLetterFact {
  return {
    kind: 'dead letter',
    under,
    position: delivery.event.position,
    reported: false,
    open: counts ? -1 : 0,
    letter: letterOfDelivery(
      delivery.event,
      `delivery ${delivery.id} to webhook ${delivery.webhookId} can't be recorded: ${reason}`,
    ),
  };
}
