import { describe, expect, it } from 'vitest';
import type { Cell } from '../shape/shape-value.ts';
import { IdentityIndex } from './identity-index.ts';
import { readE164 } from './phone.ts';
import { type PersonColumn, personName, type ResolveOptions, resolvePerson } from './resolve-person.ts';
import { SourceFollower } from './source-follower.ts';

const COLUMNS: readonly PersonColumn[] = ['id', 'email', 'phone', 'device'].map((kind, index) => ({
  kind,
  column: `${kind}_column`,
  index,
}));

type Claims = Readonly<Record<string, readonly (readonly [kind: string, key: string])[]>>;

function options(
  canonical: 'id' | 'email',
  claims: Claims,
  currentOf = (person: string) => person,
): ResolveOptions {
  const index = new IdentityIndex(7);
  const follower = new SourceFollower(index, canonical, 'people');
  for (const [person, keys] of Object.entries(claims)) {
    follower.beginText(person);
    for (const [kind, key] of keys) follower.claimText(kind, key);
  }
  follower.finish();
  return { index, canonical, readPhone: readE164, currentOf };
}

const BY_ID = options('id', {
  '1': [
    ['email', 'a@x'],
    ['device', 'd'],
  ],
  '2': [
    ['phone', '+4930123456'],
    ['device', 'd'],
  ],
});
const resolve = (cells: readonly Cell[], given = BY_ID, columns = COLUMNS) =>
  resolvePerson(cells, columns, given);

describe('whom a row speaks of', () => {
  it('is said by the canonical identifier first, else by the first key that belongs to somebody', () => {
    expect(resolve(['9', 'a@x', null, null])).toEqual({ outcome: 'person', person: '9' });
    expect(resolve([null, ' A@X', '+4930123456', null])).toEqual({ outcome: 'person', person: '1' });
    expect(resolve(['', 'new@x', '+4930123456', null])).toEqual({ outcome: 'person', person: '2' });
  });

  it('is not known when several have the key, or nobody has any of them', () => {
    expect(resolve([null, null, null, 'd'])).toEqual({ outcome: 'several', kind: 'device' });
    const nobody = resolve([null, 'new@x', null, 'e']);
    expect(nobody).toEqual({ outcome: 'nobody', kind: 'email', key: 'new@x', email: 'new@x' });
    expect(personName(nobody)).toBe('new@x');
    expect(personName(resolve([null, null, null, 'e']))).toBe('device:e');
    expect(personName(resolve([null, null, null, 'd']))).toBeUndefined();
  });

  it('is a fault when a key can not be read, or there is none', () => {
    expect(resolve([null, 'none', null, null])).toEqual({
      outcome: 'fault',
      fault: { code: 'not_an_email', column: 'email_column' },
    });
    expect(resolve([null, null, '030', null])).toMatchObject({ fault: { code: 'not_a_phone' } });
    expect(resolve([undefined, null, null, null])).toMatchObject({ fault: { code: 'not_text' } });
    expect(resolve([null, ' ', null, null])).toMatchObject({
      fault: { code: 'person_missing', column: 'id_column' },
    });
    expect(resolve(['i'.repeat(151), null, null, null])).toMatchObject({
      fault: { code: 'identifier_too_long' },
    });
  });

  it('under a canonical e-mail: any address of the person, the id, and the address that was theirs before', () => {
    const given = options(
      'email',
      {
        'a@x': [
          ['id', '1'],
          ['email', 'second@x'],
        ],
      },
      (person) => (person === 'old@x' ? 'a@x' : person),
    );
    const columns = [COLUMNS[1], COLUMNS[0]] as readonly PersonColumn[];
    expect(resolve([null, 'Second@x'], given, columns)).toEqual({ outcome: 'person', person: 'a@x' });
    expect(resolve(['1', null], given, columns)).toEqual({ outcome: 'person', person: 'a@x' });
    expect(resolve([null, 'old@x'], given, columns)).toEqual({ outcome: 'person', person: 'a@x' });
    expect(resolve([null, 'new@x'], given, columns)).toEqual({ outcome: 'person', person: 'new@x' });
  });

  it('is the one who stays after a merge', () => {
    const given = options('id', { '1': [['email', 'a@x']], '2': [['email', 'b@x']] });
    given.index.addMerge('2', '1');
    expect(resolve(['2', null, null, null], given)).toEqual({ outcome: 'person', person: '1' });
    expect(resolve([null, 'b@x', null, null], given)).toEqual({ outcome: 'person', person: '1' });
  });
});
