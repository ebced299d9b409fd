import { ShiftedClock } from '@sluice/service-kit/clock';
import { expect, test } from 'vitest';
import { KeyResolver } from './key-resolver.js';

const ROW = {
  id: 'key1',
  account_id: 'acc1',
  kind: 'live',
  audience: 'own',
  operator: false,
  scopes: null,
  expires_at: null,
};

test('an answer that was under way while the key was revoked here is not remembered', async () => {
  const answers: ((revoked: boolean) => void)[] = [];
  const query = () => new Promise<object[]>((resolve) => answers.push((revoked) => resolve([{ ...ROW, revoked }])));
  const resolver = new KeyResolver({ query } as never, new ShiftedClock());
  const before = resolver.resolve('slk_live_x');
  resolver.forget();
  answers[0]!(false);
  expect(await before).toMatchObject({ over: null });
  const after = resolver.resolve('slk_live_x');
  expect(answers).toHaveLength(2);
  answers[1]!(true);
  expect(await after).toMatchObject({ over: 'the API key was revoked' });
});
