import { RememberedAnswer } from '@sluice/contracts/idempotency-commands';
import type { Keyring, Sealed } from '../encryption/keyring.js';

/** What an answer is tied to. */
export interface SealedRequest {
  accountId: string;
  key: string;
}

/** Account and key as associated data: no account is ever shown another's answer, whatever is written into the table. */
const contextOf = ({ accountId, key }: SealedRequest): string => JSON.stringify(['answer', accountId, key]);

export const sealAnswer = (keyring: Keyring, request: SealedRequest, answer: RememberedAnswer): Sealed =>
  keyring.seal(JSON.stringify(answer), contextOf(request));

/** @throws {UnreadableSeal} */
export const openAnswer = (keyring: Keyring, request: SealedRequest, sealed: Sealed): RememberedAnswer =>
  RememberedAnswer.parse(JSON.parse(keyring.open(sealed, contextOf(request))));

/** The same answer under the keyring's current key. @throws {UnreadableSeal} */
export const sealAnswerAnew = (keyring: Keyring, request: SealedRequest, sealed: Sealed): Sealed =>
  keyring.seal(keyring.open(sealed, contextOf(request)), contextOf(request));
