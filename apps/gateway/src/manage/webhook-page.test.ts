import { expect, test } from 'vitest';
import { Fault } from '../refusals/fault.js';
import { cursorAfter, searchOf, webhookBefore, webhookStateOf } from './webhook-page.js';

test.each(['01J00000000000000000000000', 'achZ9y8X7w6V5u4T3'])(
  'a page goes on after a webhook of either dialect: %s',
  (id) => {
    expect(webhookBefore(cursorAfter(id))).toBe(id);
  },
);

test.each(['achZ9y8X7w6V5u4T', 'appZ9y8X7w6V5u4T3', "ach'; select 1; -", ''])(
  '%j is no webhook to go on after',
  (id) => {
    expect(() => webhookBefore(cursorAfter(id))).toThrow(Fault);
  },
);

test.each([['a', 'b'], 'x'.repeat(201), {}])('%.20j is nothing to search webhooks for', (search) => {
  expect(() => searchOf(search)).toThrow('at most 200 characters');
});

test.each(['', 'Enabled', 'deleted', ['paused']])('%j is no state of a webhook', (state) => {
  expect(() => webhookStateOf(state)).toThrow('state must be one of enabled, paused');
});
