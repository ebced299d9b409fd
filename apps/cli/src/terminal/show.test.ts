import { afterEach, expect, it, vi } from 'vitest';
import { showOne } from './show.js';

afterEach(() => vi.restoreAllMocks());

const printed = (json: boolean, value: object): string => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  showOne({ json }, { text: JSON.stringify(value), body: { ...value } } as never);
  return String(write.mock.calls[0]?.[0]);
};

/** A CSI of one byte, a turn of the writing direction, and a line that some terminals end. */
const HOSTILE = 'a\u009b2Jb\u202ec\u2066d\u2028e\u001b[2J';

it('what others wrote deceives nobody who looks at a terminal, as a table or as JSON', () => {
  for (const json of [true, false]) {
    const text = printed(json, { name: HOSTILE });
    expect(text.trimEnd()).toMatch(/^[\x20-\x7e]+$/);
  }
});

it('JSON means the same as it came', () => {
  expect(JSON.parse(printed(true, { name: HOSTILE, accent: 'é – 日本' }))).toEqual({
    name: HOSTILE,
    accent: 'é – 日本',
  });
});
