import {
  type DeadLetterFailure,
  type DeadLetterSelection,
  type DeadLetters,
  type DoneToDeadLetters,
  MOST_DEAD_LETTERS,
} from '@sluice/contracts/dead-letter-commands';
import type { Principal, Purpose } from '@sluice/contracts/principal';
import type { Registry } from '@sluice/contracts/registry-commands';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import type { Logger } from '@sluice/service-kit/logger';
import { chooseLetters, lettersOfIds, type SizedLetter } from './choose-letters.js';
import { dropLetters } from './mark-letters.js';
import { type PutBackParts, putBack } from './put-back.js';
import { readLetter, readLetterPage } from './read-letters.js';
import type { Sight } from './sight.js';

export interface DeadLetterCommandParts extends PutBackParts {
  logger: Logger;
  registry: Pick<Registry, 'authorize'>;
}

/** What one command publishes at most; one record may go beyond it. */
const MOST_BYTES = 16 * 1024 * 1024;
const ABSENT = 'there is no such dead letter';

/** The account's own. Those of nobody's may hold anything of anybody: whoever runs the installation sees them. */
const sightOf = ({ accountId, kind, operator }: Principal): Sight => ({
  accountId,
  nobodys: operator && kind === 'admin',
});

/** The dispatcher's answers about records that could not be read. */
export const serveDeadLetters = (parts: DeadLetterCommandParts): DeadLetters => {
  const { registry, pool, clock, logger } = parts;

  const as = async <T>(credential: string, purpose: Purpose, work: (caller: Principal) => Promise<Result<T>>) => {
    const caller = await registry.authorize({ credential, purpose });
    return caller.ok ? work(caller.value) : caller;
  };

  return {
    listDeadLetters: ({ credential, ...question }) =>
      as(credential, 'inspect', async (caller) => accepted(await readLetterPage(pool, sightOf(caller), question))),

    getDeadLetter: ({ credential, deadLetterId }) =>
      as(credential, 'inspect', async (caller) => {
        const letter = await readLetter(pool, sightOf(caller), deadLetterId);
        return letter === null ? refused('not_found', ABSENT) : accepted(letter);
      }),

    putBackDeadLetters: ({ credential, selection, from }) =>
      as(credential, 'publish', async (caller) => {
        const sight = sightOf(caller);
        const { letters, failed, more } = await chosen(parts, sight, selection);
        const outcome = await putBack(parts, sight, letters, { keyId: caller.keyId, from });
        const answer = { done: outcome.done, failed: [...failed, ...outcome.failed], more };
        logger.info(told(caller, from, answer), 'dead_letters.put_back');
        return accepted(answer);
      }),

    dropDeadLetters: ({ credential, selection, from }) =>
      as(credential, 'publish', async (caller) => {
        const sight = sightOf(caller);
        const { ids, failed, more } = await toDrop(parts, sight, selection);
        await dropLetters(pool, sight, ids, { keyId: caller.keyId, from }, clock.shiftMs);
        const answer = { done: ids, failed, more };
        logger.info(told(caller, from, answer), 'dead_letters.dropped');
        return accepted(answer);
      }),
  };
};

/** Who did it to how many: which ones, the rows tell as long as they are there. */
const told = ({ keyId }: Principal, from: string | undefined, { done, failed, more }: DoneToDeadLetters) => ({
  keyId,
  from,
  done: done.length,
  failed: failed.length,
  more,
});

interface Chosen {
  letters: SizedLetter[];
  failed: DeadLetterFailure[];
  more: boolean;
}

/** What is to be put back: by a filter what waits, the oldest first, as much as one command does. */
async function chosen({ pool }: DeadLetterCommandParts, sight: Sight, selection: DeadLetterSelection): Promise<Chosen> {
  if ('filter' in selection) {
    const filter = { ...selection.filter, state: 'waiting' as const };
    const found = await chooseLetters(pool, sight, filter, { which: 'whole', limit: MOST_DEAD_LETTERS + 1 });
    const letters = asMany(found);
    return { letters, failed: [], more: found.length > letters.length };
  }
  const found = await lettersOfIds(pool, sight, selection.ids);
  const letters = asMany(found);
  const left = found.slice(letters.length).map(({ id }): DeadLetterFailure => {
    return { id, code: 'conflict', reason: `one request puts back ${MOST_BYTES} bytes at most: ask for it again` };
  });
  return { letters, failed: [...unknownOf(selection.ids, found), ...left], more: left.length > 0 };
}

function asMany(found: readonly SizedLetter[]): SizedLetter[] {
  let sum = 0;
  const over = found.findIndex(({ bytes }, index) => {
    sum += bytes;
    return index === MOST_DEAD_LETTERS || (index > 0 && sum > MOST_BYTES);
  });
  return over === -1 ? [...found] : found.slice(0, over);
}

async function toDrop(
  { pool }: DeadLetterCommandParts,
  sight: Sight,
  selection: DeadLetterSelection,
): Promise<{ ids: string[]; failed: DeadLetterFailure[]; more: boolean }> {
  if ('filter' in selection) {
    const { filter } = selection;
    if (filter.state === 'dropped') return { ids: [], failed: [], more: false };
    const found = await chooseLetters(pool, sight, filter, { which: 'any', limit: MOST_DEAD_LETTERS + 1 });
    const ids = found.slice(0, MOST_DEAD_LETTERS).map(({ id }) => id);
    return { ids, failed: [], more: found.length > ids.length };
  }
  const found = await lettersOfIds(pool, sight, selection.ids);
  return { ids: found.map(({ id }) => id), failed: unknownOf(selection.ids, found), more: false };
}

function unknownOf(ids: readonly string[], found: readonly { id: string }[]): DeadLetterFailure[] {
  const known = new Set(found.map(({ id }) => id));
  return [...new Set(ids)].filter((id) => !known.has(id)).map((id) => ({ id, code: 'not_found', reason: ABSENT }));
}
