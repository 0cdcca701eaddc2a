import { expect, it } from 'vitest';
import { isHeld } from './held-value.ts';

it.each([
  ['"gold"', 'gold', true],
  ['"gold"', 'silver', false],
  ['12.50', '12.5', true],
  ['12.50', '12.51', false],
  ['9007199254740993', '9007199254740993', true],
  ['9007199254740993', '9007199254740992', false],
  ['true', 'true', true],
  ['"1"', '1', true],
  ['null', undefined, true],
  ['null', 'gold', false],
  ['"gold"', undefined, false],
  ['', 'whatever', true],
])('a value sent as %s and read as %s: held %s', (fragment, held, expected) => {
  expect(isHeld(fragment, held)).toBe(expected);
});
