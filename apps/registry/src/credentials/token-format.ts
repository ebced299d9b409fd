import { createHash, randomBytes } from 'node:crypto';
import type { UserToken } from '@sluice/contracts/base-commands';
import { randomBase62 } from '@sluice/service-kit/new-airtable-id';

const PERSONAL_ACCESS_TOKEN = /^pat[0-9A-Za-z]{14}\.[0-9a-f]{64}$/;
const USER_API_KEY = /^key[0-9A-Za-z]{43}$/;
/** Three parts of base64url, the first a JSON object. */
const JWT = /^eyJ[\w-]*\.[\w-]+\.[\w-]*$/;

/** A new token of a user: `pat…` as Airtable's look, or `key…`; 256 random bits in both. */
export const newUserToken = (kind: UserToken['kind']): string =>
  kind === 'personal_access_token'
    ? `pat${randomBase62(14)}.${randomBytes(32).toString('hex')}`
    : `key${randomBase62(43)}`;

/** What is stored of a token, and how it is found again. */
export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

/** What a credential is by its looks. What looks like nothing else may be a key of an account. */
export function formOf(credential: string): 'user_token' | 'jwt' | 'account_key' {
  if (PERSONAL_ACCESS_TOKEN.test(credential) || USER_API_KEY.test(credential)) return 'user_token';
  return JWT.test(credential) ? 'jwt' : 'account_key';
}
