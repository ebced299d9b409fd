import { expect, it } from 'vitest';
import { TopicPatterns, topicFault } from './topic-rights.js';

const tenant = { accountId: 'acc_1', operator: false };
const operator = { accountId: 'acc_0', operator: true };
const faultOf = (topic: string, patterns: readonly string[] = [], asking = tenant) =>
  topicFault(topic, asking, new TopicPatterns(patterns))?.refusal ?? null;

it.each([
  ['orders', ['orders']],
  ['shop.public.orders', ['shop.*']],
  ['shop.public.orders', ['other', '*.orders']],
  ['shop.public.orders', ['shop.*.orders']],
  ['acc_1.orders', ['{account}.*']],
  ['anything', ['*']],
])('lets an account read %s by %j', (topic, patterns) => {
  expect(faultOf(topic, patterns)).toBeNull();
});

it.each([
  ['orders', []],
  ['orders2', ['orders']],
  ['my-orders', ['orders']],
  ['shopXpublic', ['shop.public']],
  ['shop.orders', ['shop.*.orders']],
  ['acc_2.orders', ['{account}.*']],
])('lets none read %s by %j, and says who decides', (topic, patterns) => {
  const message =
    'topic is not among those that this account may read: whoever runs Sluice names them in SOURCE_TOPICS';
  expect(faultOf(topic, patterns)).toEqual({ code: 'forbidden', field: 'topic', message });
});

it('lets an operator read any topic but those of Sluice and Kafka', () => {
  expect(faultOf('orders', [], operator)).toBeNull();
  expect(faultOf('sluice', [], operator)).toBeNull();
  for (const [topic, prefix] of [
    ['sluice.events', 'sluice.'],
    ['sluice.anything', 'sluice.'],
    ['__consumer_offsets', '__'],
  ] as const) {
    expect(faultOf(topic, ['*'], operator)).toMatchObject({
      code: 'invalid',
      field: 'topic',
      message: `topic must not begin with "${prefix}": such topics are not for sources`,
    });
  }
});

it.each(['', '.', '..', 'a b', 'a/b', 'ä', 'a\0', 'x'.repeat(250)])('takes no %.20j for a topic', (topic) => {
  expect(faultOf(topic, ['*'], operator)).toMatchObject({
    code: 'invalid',
    message: 'topic must be 1 to 249 letters, digits, ".", "_" or "-"',
  });
});

it('refuses what can be no pattern', () => {
  for (const wrong of ['a b', '{tenant}.*', 'a{account', '(a+)+']) {
    expect(() => new TopicPatterns(['orders', wrong])).toThrow(`has ${wrong}, which is no pattern of topics`);
  }
});
