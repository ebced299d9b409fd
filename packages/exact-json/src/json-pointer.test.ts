import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nameOfPart, pointerOfReference, pointerPart } from './json-pointer.js';

it('makes parts that hold no slash, and finds the name again', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('~', '/', '0', '1', 'a') }), (name) => {
      expect(pointerPart(name)).not.toContain('/');
      expect(nameOfPart(pointerPart(name))).toBe(name);
    }),
  );
});

it('undoes the percent-encoding of a reference where it is one', () => {
  expect(pointerOfReference('#/$defs/a~1b%20c/')).toBe('#/$defs/a~1b c');
  expect(pointerOfReference('#/$defs/100%')).toBe('#/$defs/100%');
});
