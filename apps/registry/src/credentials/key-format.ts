import { createHash, randomBytes } from 'node:crypto';
import type { KeyKind } from '@sluice/contracts/principal';

/** Of a key: what makes it unguessable. */
const RANDOM_BYTES = 32;

/** A new API key: `slk_live_…`, `slk_test_…` or `slk_admin_…` and 256 random bits. */
export const newKey = (kind: KeyKind): string => `slk_${kind}_${randomBytes(RANDOM_BYTES).toString('base64url')}`;

/** What is stored of a key, and how it is found again. */
export const hashOfKey = (key: string): Buffer => createHash('sha256').update(key).digest();
