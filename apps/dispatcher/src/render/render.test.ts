import { describe, expect, test } from 'vitest';
import type { IdentifiedEvent } from '../model/delivery.js';
import { aDelivery, anEvent, aWebhook } from '../testing/samples.js';
import { headerValue } from './cloudevent-headers.js';
import { render as renderDelivery } from './dialects.js';

const NOW = Date.parse('2026-03-01T12:00:01.900Z');
const render = (event: IdentifiedEvent, webhook = aWebhook()) => renderDelivery(aDelivery({ event }), webhook, NOW);

const asRecord = (flat: string[]) =>
  Object.fromEntries(Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index], flat[2 * index + 1]]));

describe('a delivery in the airstack dialect', () => {
  test('has the data itself as its body, not a copy', () => {
    const event = anEvent({ data: '{ "a" :1.0 }' });
    expect(render(event, aWebhook()).body).toBe(event.data);
  });

  test('brings the static header and CloudEvents attributes', () => {
    const event = anEvent({
      id: 'ü 1',
      source: '/feeds/"a"%',
      subject: 'user/7',
      time: '2026-03-01T12:00:00Z',
      extensions: { traceparent: '00-ab', 'Not-Ours': 'x' },
    });
    const webhook = aWebhook({ headers: [{ name: 'x-airstack-webhook', value: 'secret value' }] });
    expect(asRecord(render(event, webhook).headers)).toEqual({
      'content-type': 'application/json',
      'x-airstack-webhook': 'secret value',
      'ce-specversion': '1.0',
      'ce-id': '%C3%BC%201',
      'ce-type': 'follow.created',
      'ce-source': '/feeds/%22a%22%25',
      'ce-time': '2026-03-01T12:00:00Z',
      'ce-subject': 'user/7',
      'ce-traceparent': '00-ab',
      'user-agent': 'Sluice',
      'webhook-id': aDelivery({ event }).id,
      'webhook-timestamp': '1772366401',
      'webhook-signature': expect.stringMatching(/^v1,/),
    });
  });

  test('keeps the content type of the event, unless HTTP could not carry it', () => {
    expect(render(anEvent({ datacontenttype: 'text/plain; charset=utf-8' }), aWebhook()).headers[1]).toBe(
      'text/plain; charset=utf-8',
    );
    expect(render(anEvent({ datacontenttype: 'a\r\nx: 1' }), aWebhook()).headers[1]).toBe('application/octet-stream');
  });

  test('encodes a code point as its UTF-8 bytes', () => {
    expect(headerValue('🦦')).toBe('%F0%9F%A6%A6');
    expect(headerValue('a\nb')).toBe('a%0Ab');
  });
});
