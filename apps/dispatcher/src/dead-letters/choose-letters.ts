import type { DeadLetterFilter } from '@sluice/contracts/dead-letter-commands';
import type { Pool } from 'pg';
import { ID } from './letter-columns.js';
import { filterValues, inSight, letThrough, SEEN, type Sight } from './sight.js';

/** A dead letter, and the bytes that are kept of it. */
export interface SizedLetter {
  id: string;
  bytes: number;
}

const BYTES =
  'coalesce(octet_length(d.key), 0) + coalesce(octet_length(d.headers), 0) + coalesce(octet_length(d.data), 0) as bytes';
const SHOWN = `${ID} as id, d.at, d.partition, d.position, ${BYTES}`;
const OLDEST = 'order by d.at, d.partition, d.position';
/** Nothing is to be gained by putting back what was not kept, or not whole. */
const WHOLE = 'and d.headers is not null and d.cut_from is null';

/** What the filter lets through, all or what is kept whole, the oldest first. */
export async function chooseLetters(
  pool: Pool,
  sight: Sight,
  filter: DeadLetterFilter,
  { which, limit }: { which: 'any' | 'whole'; limit: number },
): Promise<SizedLetter[]> {
  const condition = `${letThrough(filter.state)} ${which === 'whole' ? WHOLE : ''}`;
  const choose = inSight(SHOWN, condition, `${OLDEST} limit $8`);
  const { rows } = await pool.query<SizedLetter>(choose, [...filterValues(sight, filter), limit]);
  return rows.map(({ id, bytes }) => ({ id, bytes }));
}

const OF_IDS = `select ${SHOWN} from dispatch.dead_letter d where ${ID} = any($3::text[]) and ${SEEN} ${OLDEST}`;

/** Those of the ids that the caller sees, the oldest first. */
export async function lettersOfIds(
  pool: Pool,
  { accountId, nobodys }: Sight,
  ids: readonly string[],
): Promise<SizedLetter[]> {
  // No text holds a NUL byte, and PostgreSQL takes none.
  const possible = ids.filter((id) => !id.includes('\0'));
  const { rows } = await pool.query<SizedLetter>(OF_IDS, [accountId, nobodys, possible]);
  return rows.map(({ id, bytes }) => ({ id, bytes }));
}
