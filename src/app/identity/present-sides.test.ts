import { describe, expect, it } from 'vitest';
import type { IdentifierType, ProfileIdentifiers } from '../../core/customerio/profile.ts';
import { presentSides } from './present-sides.ts';

const PEOPLE: readonly ProfileIdentifiers[] = [
  { id: 'Ab', email: 'A@X.example', cioId: 'c1' },
  { id: undefined, email: undefined, cioId: 'c2' },
];

/** A Customer.io that answers with whoever it has, whatever it was asked. */
const asked: [readonly string[], IdentifierType][] = [];
const profiles = {
  profiles: async (keys: readonly string[], by: IdentifierType) => {
    asked.push([keys, by]);
    return PEOPLE.map((identifiers) => ({
      identifiers,
      attributes: new Map<string, string>(),
      setAt: new Map<string, number>(),
      isUnsubscribed: false,
    }));
  },
};

describe('profiles of a merge', () => {
  it('are there by exactly their id, by their address in whatever case, and by their cio_id', async () => {
    const there = await presentSides(profiles, [
      { id: 'Ab' },
      { id: 'ab' },
      { email: 'a@x.example' },
      { email: 'b@x.example' },
      { cio_id: 'c2' },
      { cio_id: 'C2' },
    ]);
    expect([...there].sort()).toEqual(['cio_id c2', 'email a@x.example', 'id Ab']);
    expect(asked.map(([, by]) => by)).toEqual(['id', 'email', 'cio_id']);
    expect(asked[0]?.[0]).toEqual(['Ab', 'ab']);
  });

  it('are not asked for where there are none', async () => {
    asked.length = 0;
    expect((await presentSides(profiles, [])).size).toBe(0);
    expect(asked).toEqual([]);
  });
});
