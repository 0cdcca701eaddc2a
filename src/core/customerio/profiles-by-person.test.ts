import { expect, it } from 'vitest';
import type { Profile } from './profile.ts';
import { ProfilesByPerson } from './profiles-by-person.ts';

const profile = (id: string | undefined, email: string | undefined): Profile => ({
  identifiers: { id, email, cioId: 'c1' },
  attributes: new Map(),
  setAt: new Map(),
  isUnsubscribed: false,
});

it.each([
  ['id', '7', '7', true],
  ['id', 'a', 'A', false],
  ['email', 'Anna@X.example', 'anna@x.EXAMPLE', true],
  ['email', 'jose\u0301@x.example', 'josé@x.example', true],
  ['email', 'jose@x.example', 'josé@x.example', false],
] as const)('by %s, %s is found as %s: %s', (by, held, asked, isFound) => {
  const found = by === 'id' ? profile(held, undefined) : profile(undefined, held);
  expect(new ProfilesByPerson([found], by).get(asked)).toBe(isFound ? found : undefined);
});
