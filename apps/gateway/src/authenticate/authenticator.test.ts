import type { Principal } from '@sluice/contracts/principal';
import { accepted, type Result, refused } from '@sluice/contracts/result';
import { ShiftedClock } from '@sluice/service-kit/clock';
import { expect, test } from 'vitest';
import { Authenticator } from './authenticator.js';

const principal: Principal = { keyId: 'key1', accountId: 'acc1', kind: 'live', audience: 'own', operator: false };

test('an answer that was under way while the key was revoked here is neither remembered nor shared', async () => {
  const answers: ((result: Result<Principal>) => void)[] = [];
  const authorize = () => new Promise<Result<Principal>>((resolve) => answers.push(resolve));
  const authenticator = new Authenticator({ authorize }, new ShiftedClock());
  const before = authenticator.ask('slk', 'read');
  authenticator.forget(principal.keyId);
  const after = authenticator.ask('slk', 'read');
  expect(answers).toHaveLength(2);
  answers[0]!(accepted(principal));
  expect(await before).toMatchObject({ ok: true });
  expect(authenticator.known('slk', 'read')).toBeNull();
  const shared = authenticator.ask('slk', 'read');
  answers[1]!(refused('unauthenticated', 'revoked'));
  expect(await Promise.all([after, shared])).toMatchObject([{ ok: false }, { ok: false }]);
  expect(answers).toHaveLength(2);
});
