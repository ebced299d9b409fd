import { describe, expect, test } from 'vitest';
import { aDelivery, anEvent } from '../testing/samples.js';
import { Conditions } from '../waiting/conditions.js';
import { OpenDeliveries } from './open-deliveries.js';

describe('open deliveries', () => {
  test('count each event once for its bytes, and have room again when they are recorded', () => {
    const open = new OpenDeliveries({ deliveries: 10, bytes: 100 });
    const event = anEvent({ data: 'x'.repeat(60) });
    const three = ['a', 'b', 'c'].map((webhookId) => aDelivery({ event, webhookId }));
    open.add(event, three);
    expect(open.hasRoom).toBe(true);
    const large = anEvent({ id: 'large', data: 'x'.repeat(1_000) });
    const one = aDelivery({ event: large });
    open.add(large, [one]);
    expect(open.hasRoom).toBe(false);
    open.closed([one, one, aDelivery()]);
    expect(open.hasRoom).toBe(true);
    open.closed(three);
    expect(open.count).toBe(0);
  });

  test('have no room beyond their number', () => {
    const open = new OpenDeliveries({ deliveries: 2, bytes: 100 });
    const event = anEvent({ data: '' });
    const two = ['a', 'b'].map((webhookId) => aDelivery({ event, webhookId }));
    open.add(event, two);
    expect(open.hasRoom).toBe(false);
    open.closed(two.slice(1));
    expect(open.hasRoom).toBe(true);
  });

  test('forget an epoch that was lost, and nothing else', () => {
    const open = new OpenDeliveries({ deliveries: 10, bytes: 100 });
    const event = anEvent({ partition: 3 });
    const lost = aDelivery({ event, origin: { kind: 'stream', epoch: 7n } });
    const newer = aDelivery({ event, webhookId: 'b', origin: { kind: 'stream', epoch: 8n } });
    const elsewhere = anEvent({ partition: 4 });
    open.add(event, [lost, newer]);
    open.add(elsewhere, [aDelivery({ event: elsewhere, origin: { kind: 'stream', epoch: 7n } })]);
    open.lost(3, 7n);
    expect(open.count).toBe(2);
  });
});

describe('waiting for a condition', () => {
  test('ends when it is met, not when anything changed', async () => {
    const conditions = new Conditions();
    let value = 0;
    const order: string[] = [];
    const two = conditions.until(() => value >= 2).then(() => order.push('two'));
    const one = conditions.until(() => value >= 1).then(() => order.push('one'));
    value = 1;
    conditions.changed();
    await one;
    expect(order).toEqual(['one']);
    value = 2;
    conditions.changed();
    await two;
    expect(order).toEqual(['one', 'two']);
    await conditions.until(() => true);
  });
});
