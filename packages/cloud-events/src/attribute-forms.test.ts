import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTimestamp, isUri, isUriReference } from './attribute-forms.js';
import { isJsonType, isMediaType, readMediaType } from './media-type.js';

describe('attribute forms', () => {
  it.each([
    '/a',
    'a',
    '//h/p?q#f',
    'urn:uuid:1',
    'https://e.com/%20?a=b',
    '#f',
    '?q',
    'a/b:c',
    'https://bücher.example/ü',
  ])('takes %s as a URI reference', (text) => expect(isUriReference(text)).toBe(true));

  it.each(['', 'a b', '%zz', '1a:b', 'a#b#c', '<x>', 'a\u00a0b', '\\'])('takes %j as none', (text) =>
    expect(isUriReference(text)).toBe(false),
  );

  it('tells a URI from a relative reference', () => {
    expect([isUri('https://e.com'), isUri('/e')]).toEqual([true, false]);
  });

  it('takes every timestamp that Date writes', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }), (date) =>
        isTimestamp(date.toISOString()),
      ),
    );
  });

  it.each([
    '2024-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2024-05-17 09:30:00Z',
    '2024-05-17T24:00:00Z',
    '2024-05-17T09:30Z',
    '2024-05-17T09:30:00',
  ])('takes %s as no timestamp', (text) => expect(isTimestamp(text)).toBe(false));

  it('takes leap days and leap seconds', () => {
    expect(isTimestamp('2024-02-29T23:59:60.123456789-23:59')).toBe(true);
    expect(isTimestamp('2000-02-29T00:00:00Z')).toBe(true);
    expect(isTimestamp('1900-02-29T00:00:00Z')).toBe(false);
  });

  it('reads media types', () => {
    expect(readMediaType('Application/JSON; charset="UTF-8"')).toEqual({
      essence: 'application/json',
      charset: 'utf-8',
    });
    expect(readMediaType('text/plain;x=charset=a')).toBeNull();
    expect(readMediaType('json')).toBeNull();
    const long = `text/plain;x="${'y'.repeat(2_048)}"`;
    expect([readMediaType(long), isMediaType(long)]).toEqual([null, false]);
    expect(['application/json', 'application/vnd.a+json', 'text/plain'].map(isJsonType)).toEqual([true, true, false]);
  });

  it('needs linear time for whatever comes', () => {
    for (const unit of [';a=b', '; ', 'a/', '%41', '"\\']) {
      expect(isUriReference(`a/b${unit.repeat(20_000)}\u0000`)).toBe(false);
    }
  });
});
