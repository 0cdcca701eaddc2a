import { describe, expect, it } from 'vitest';
import type { Profile } from '../customerio/profile.ts';
import { judgeByEmail, judgeById } from './judge-profile.ts';

const profile = (
  cioId: string,
  id: string | undefined,
  email: string | undefined,
  created = '',
): Profile => ({
  identifiers: { cioId, id, email },
  attributes: new Map(created === '' ? [] : [['_created_in_customerio_at', created]]),
  setAt: new Map(),
  isUnsubscribed: false,
});

describe('somebody sent under an id', () => {
  const person = { id: '1', email: 'a@x' };
  const judge = (owner: Profile | undefined, own: Profile | undefined) =>
    judgeById({ ...person, owner, own });

  it('is sent when the address is free, theirs, or that of a profile without an id', () => {
    expect(judge(undefined, undefined)).toEqual({ kind: 'send' });
    expect(judge(profile('c1', '1', 'A@X'), undefined)).toEqual({ kind: 'send' });
    expect(judge(profile('c2', undefined, 'a@x'), undefined)).toEqual({ kind: 'send' });
    expect(judge(undefined, profile('c1', '1', undefined))).toEqual({ kind: 'send' });
    expect(judge(undefined, profile('c1', '1', 'A@x'))).toEqual({ kind: 'send' });
  });

  it('is held when the address is somebody else’s, or their own profile has another one and the address is not free', () => {
    const other = { cioId: 'c2', id: '2', createdAt: 17 };
    expect(judge(profile('c2', '2', 'a@x', '17'), undefined)).toEqual({ kind: 'taken', other });
    const guest = profile('c3', undefined, 'a@x', 'never');
    expect(judge(guest, profile('c1', '1', 'b@x'))).toEqual({
      kind: 'taken',
      other: { cioId: 'c3', id: undefined, createdAt: undefined },
    });
  });

  it('changes a set address under the cio_id', () => {
    expect(judge(undefined, profile('c1', '1', 'b@x'))).toEqual({ kind: 'by_cio_id', cioId: 'c1' });
  });
});

describe('somebody sent under an address', () => {
  const judge = (id: string | undefined, owner: Profile | undefined, former: Profile | undefined) =>
    judgeByEmail({ email: 'a@x', id, owner, former });

  it('is sent when nobody was there, or the profile is theirs', () => {
    expect(judge('1', undefined, undefined)).toEqual({ kind: 'send' });
    expect(judge('1', profile('c1', '1', 'A@x'), profile('c1', '1', 'A@x'))).toEqual({ kind: 'send' });
    expect(judge('1', profile('c1', undefined, 'a@x'), undefined)).toEqual({ kind: 'send' });
    expect(judge(undefined, profile('c1', '9', 'a@x'), undefined)).toEqual({ kind: 'send' });
  });

  it('takes the profile along to a new address', () => {
    expect(judge('1', undefined, profile('c1', '1', 'b@x'))).toEqual({ kind: 'by_cio_id', cioId: 'c1' });
  });

  it('is held when the new address has a profile: the one before is in the way', () => {
    const verdict = judge('1', profile('c2', undefined, 'a@x'), profile('c1', '1', 'b@x'));
    expect(verdict).toMatchObject({ kind: 'taken', other: { cioId: 'c1', id: '1' } });
  });

  it('is held when the profile has another id, which no merge would help', () => {
    const verdict = judge('1', profile('c2', '2', 'a@x'), undefined);
    expect(verdict).toEqual({ kind: 'taken', other: { cioId: undefined, id: '2', createdAt: undefined } });
  });
});
