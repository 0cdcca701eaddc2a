import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CanonicalIdentifier } from '../contract/contract.ts';
import { NOBODY, SEVERAL } from './claim-table.ts';
import { type ConflictRules, findConflicts } from './find-conflicts.ts';
import { IdentityIndex } from './identity-index.ts';
import { SourceFollower } from './source-follower.ts';

interface Row {
  readonly person: string;
  readonly keys: Readonly<Record<string, string>>;
}

const row = (person: string, keys: Row['keys']): Row => ({ person, keys });
const RULES: ConflictRules = { canonical: 'id', mayShare: [], accept: [] };

/** Reads a source whole: `unchanged` rows are only kept. */
function follow(
  index: IdentityIndex,
  source: string,
  rows: readonly Row[],
  unchanged: readonly string[] = [],
  canonical: CanonicalIdentifier = 'id',
) {
  const follower = new SourceFollower(index, canonical, source);
  for (const { person, keys } of rows) {
    const bytes = Buffer.from(person);
    if (unchanged.includes(person) && follower.keep(bytes, 0, bytes.length)) continue;
    follower.begin(bytes, 0, bytes.length);
    for (const [kind, key] of Object.entries(keys)) follower.claimText(kind, key);
  }
  return follower.finish();
}

function holderText(index: IdentityIndex, kind: string, key: string): string {
  const holder = index.find(kind, key);
  if (holder === NOBODY) return 'nobody';
  return holder === SEVERAL ? 'several' : index.persons.text(holder);
}

/** What the state would give back. */
function reloaded(...changes: readonly ReturnType<IdentityIndex['changes']>[]): IdentityIndex {
  const index = new IdentityIndex(7, changes.at(-1)?.layout);
  for (const change of changes) index.load(change);
  return index;
}

describe('the index of identities', () => {
  it('tells who has a key, by its kind', () => {
    const index = new IdentityIndex(7);
    follow(index, 'identities', [
      row('42', { email: 'a@x.example', device: 'd1' }),
      row('43', { device: 'a@x.example' }),
    ]);
    expect(holderText(index, 'email', 'a@x.example')).toBe('42');
    expect(holderText(index, 'device', 'a@x.example')).toBe('43');
    expect(holderText(index, 'device', 'd1')).toBe('42');
    expect(holderText(index, 'device', 'd2')).toBe('nobody');
    expect(holderText(index, 'phone', 'd1')).toBe('nobody');
  });

  it('forgets what is no longer said: changed rows, rows that are gone, sources that are gone', () => {
    const index = new IdentityIndex(7);
    const email = (person: string, address: string) => row(person, { email: address });
    follow(index, 'a', [email('1', 'one@x'), email('2', 'two@x'), email('3', 'three@x')]);
    follow(index, 'b', [email('1', 'one@x')]);
    follow(index, 'a', [email('1', 'one@x'), email('2', 'new@x')], ['1']);
    expect(holderText(index, 'email', 'two@x')).toBe('nobody');
    expect(holderText(index, 'email', 'new@x')).toBe('2');
    expect(holderText(index, 'email', 'three@x')).toBe('nobody');
    follow(index, 'a', []);
    expect(holderText(index, 'email', 'one@x')).toBe('1');
    index.keepOnly(['a']);
    expect(holderText(index, 'email', 'one@x')).toBe('nobody');
    expect(index.claims.liveCount).toBe(0);
  });

  it('is the same after every reading as one that is built anew, and after it was stored', () => {
    const people = fc.constantFrom('1', '2', '3', '4', '5');
    const rows = fc.uniqueArray(
      fc.record({
        person: people,
        keys: fc.dictionary(fc.constantFrom('email', 'device'), fc.constantFrom('k1', 'k2', 'k3', 'kä')),
      }),
      { selector: ({ person }) => person, maxLength: 5 },
    );
    const readings = fc.array(fc.record({ source: fc.constantFrom('a', 'b', 'c'), rows }), { maxLength: 12 });
    fc.assert(
      fc.property(readings, (steps) => {
        const index = new IdentityIndex(7);
        const current = new Map<string, readonly Row[]>();
        const stored: ReturnType<IdentityIndex['changes']>[] = [];
        let live = index;
        for (const step of steps) {
          const before = current.get(step.source) ?? [];
          const unchanged = step.rows
            .filter((now) => before.some((old) => JSON.stringify(old) === JSON.stringify(now)))
            .map(({ person }) => person);
          follow(live, step.source, step.rows, unchanged);
          current.set(step.source, step.rows);
          stored.push(live.changes());
          live = reloaded(...stored);
        }
        const fresh = new IdentityIndex(99);
        for (const [source, all] of current) follow(fresh, source, all);
        for (const kind of ['email', 'device']) {
          for (const key of ['k1', 'k2', 'k3', 'kä', 'ka']) {
            expect(holderText(live, kind, key)).toBe(holderText(fresh, kind, key));
          }
        }
        expect(findConflicts(live, RULES).map(withoutOrder).sort()).toEqual(
          findConflicts(fresh, RULES).map(withoutOrder).sort(),
        );
        expect(live.claims.liveCount).toBe(fresh.claims.liveCount);
      }),
      { numRuns: 300 },
    );
  });

  it('holds many keys, and grows without losing one', () => {
    const index = new IdentityIndex(3);
    const rows = Array.from({ length: 50_000 }, (_, n) => row(`${n}`, { email: `p${n}@x.example` }));
    follow(index, 'people', rows);
    expect(index.claims.liveCount).toBe(50_000);
    for (const n of [0, 1, 4095, 4096, 49_999])
      expect(holderText(index, 'email', `p${n}@x.example`)).toBe(`${n}`);
  });
});

const withoutOrder = (conflict: object) => JSON.stringify(conflict);

describe('conflicts', () => {
  const conflictsOf = (rows: readonly Row[], rules: Partial<ConflictRules> = {}) => {
    const index = new IdentityIndex(7);
    const canonical = rules.canonical ?? 'id';
    follow(index, 'people', rows, [], canonical);
    return findConflicts(index, { ...RULES, ...rules });
  };

  it('one address on two ids, one key to two people', () => {
    const rows = [
      row('1', { email: 'a@x', phone: '+491' }),
      row('2', { email: 'a@x' }),
      row('3', { email: 'c@x', phone: '+491' }),
    ];
    expect(conflictsOf(rows)).toEqual(
      expect.arrayContaining([
        { code: 'email_on_two_people', detail: 'email', people: ['1', '2'] },
        { code: 'key_on_two_people', detail: 'phone', people: ['1', '3'] },
      ]),
    );
    expect(conflictsOf(rows, { mayShare: ['phone'] })).toHaveLength(1);
  });

  it('addresses that a collation takes for one, whichever comes first, and not those of one person', () => {
    const accents = { code: 'emails_differ_by_accent', detail: 'email', people: ['1', '2'] };
    expect(conflictsOf([row('1', { email: 'jose@x' }), row('2', { email: 'josé@x' })])).toEqual([accents]);
    expect(conflictsOf([row('1', { email: 'josè@x' }), row('2', { email: 'josé@x' })])).toEqual([accents]);
    expect(conflictsOf([row('2', { email: 'groß@x' }), row('1', { email: 'gross@x' })])).toEqual([accents]);
    expect(conflictsOf([row('1', { email: 'jose@x' }), row('1', { email: 'josé@x' })])).toEqual([]);
    expect(conflictsOf([row('1', { email: 'josef@x' }), row('2', { email: 'josé@x' })])).toEqual([]);
    const accept = ['emails_differ_by_accent'] as const;
    expect(conflictsOf([row('1', { email: 'jose@x' }), row('2', { email: 'josé@x' })], { accept })).toEqual(
      [],
    );
  });

  it('does not resolve a key by its folded form', () => {
    const index = new IdentityIndex(7);
    follow(index, 'people', [row('2', { email: 'josé@x' })]);
    expect(holderText(index, 'email', 'jose@x')).toBe('nobody');
    expect(holderText(index, 'email', 'josé@x')).toBe('2');
  });

  it('under canonical e-mail: one id with two addresses, one address with two ids', () => {
    const canonical = 'email';
    expect(conflictsOf([row('a@x', { id: '1' }), row('b@x', { id: '1' })], { canonical })).toEqual([
      { code: 'key_on_two_people', detail: 'id', people: ['a@x', 'b@x'] },
    ]);
    expect(conflictsOf([row('a@x', { id: '1' }), row('a@x', { id: '2' })], { canonical })).toEqual([
      { code: 'email_on_two_people', detail: 'id', people: ['a@x'] },
    ]);
    expect(conflictsOf([row('jose@x', {}), row('josé@x', {})], { canonical })).toEqual([
      { code: 'emails_differ_by_accent', detail: 'email', people: ['jose@x', 'josé@x'] },
    ]);
  });

  it('end when the people were merged, and then the key is the survivor’s', () => {
    const index = new IdentityIndex(7);
    index.addMerge('2', '1');
    index.addMerge('3', '2');
    follow(index, 'people', [
      row('1', { email: 'a@x' }),
      row('2', { email: 'a@x' }),
      row('3', { device: 'd' }),
    ]);
    expect(findConflicts(index, RULES)).toEqual([]);
    expect(holderText(index, 'email', 'a@x')).toBe('1');
    expect(holderText(index, 'device', 'd')).toBe('1');
    expect(index.survivorOf('3')).toBe('1');
    expect(index.survivorOf('9')).toBe('9');
  });
});

describe('a changed address under canonical e-mail', () => {
  const at = (address: string, id: string) => row(address, { id });

  it('is seen when the id moves to an address and nothing is left of the one before', () => {
    const index = new IdentityIndex(7);
    follow(index, 'people', [at('old@x', '1'), at('b@x', '2')], [], 'email');
    const again = reloaded(index.changes());
    expect(follow(again, 'people', [at('new@x', '1'), at('b@x', '2')], ['b@x'], 'email')).toEqual([
      { from: 'old@x', to: 'new@x' },
    ]);
    expect(findConflicts(again, { ...RULES, canonical: 'email' })).toEqual([]);
  });

  it('is a conflict while both are there', () => {
    const index = new IdentityIndex(7);
    follow(index, 'people', [at('old@x', '1')], [], 'email');
    expect(follow(index, 'people', [at('new@x', '1'), at('old@x', '1')], ['old@x'], 'email')).toEqual([]);
    expect(findConflicts(index, { ...RULES, canonical: 'email' })).toMatchObject([
      { code: 'key_on_two_people' },
    ]);
  });

  it('is not one when two people swap their ids', () => {
    const index = new IdentityIndex(7);
    follow(index, 'people', [at('a@x', '1'), at('b@x', '2')], [], 'email');
    expect(follow(index, 'people', [at('a@x', '2'), at('b@x', '1')], [], 'email')).toEqual([]);
  });
});
