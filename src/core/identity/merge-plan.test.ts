import { describe, expect, it } from 'vitest';
import type { Conflict } from './conflict.ts';
import { type MergeFacts, proposeMerges } from './merge-plan.ts';

const FACTS: MergeFacts = { canonical: 'id', ages: new Map(), isOfShop: () => false };
const shared = (people: readonly string[], code: Conflict['code'] = 'email_on_two_people'): Conflict => ({
  code,
  detail: code === 'email_on_two_people' ? 'email' : 'phone',
  people,
});
const taken = (person: string, id: string | undefined, cioId: string | undefined = 'c9'): Conflict => ({
  code: 'email_taken',
  detail: 'profile',
  people: [person],
  other: { cioId, id, createdAt: 50 },
});

describe('a merge plan', () => {
  it('lets the older profile stay, as Customer.io does', () => {
    const ages = new Map([
      ['1', 200],
      ['2', 100],
      ['3', 300],
    ]);
    expect(proposeMerges([shared(['1', '2', '3', '4'])], { ...FACTS, ages })).toMatchObject([
      { primary: { id: '2' }, secondary: { id: '1' }, decidedBy: 'older', older: 'primary', apply: true },
      { primary: { id: '2' }, secondary: { id: '3' }, older: 'primary' },
      { primary: { id: '2' }, secondary: { id: '4' }, older: 'unknown' },
    ]);
  });

  it('says when it knows no ages: the first by name', () => {
    expect(proposeMerges([shared(['2', '1'])], FACTS)).toMatchObject([
      { primary: { id: '1' }, secondary: { id: '2' }, decidedBy: 'first', older: 'unknown' },
    ]);
  });

  it('does not take people for one because they share a phone', () => {
    expect(proposeMerges([shared(['1', '2'], 'key_on_two_people')], FACTS)).toMatchObject([{ apply: false }]);
    const byId = { ...shared(['a@x', 'b@x'], 'key_on_two_people'), detail: 'id' };
    expect(proposeMerges([byId], { ...FACTS, canonical: 'email' })).toMatchObject([
      { primary: { email: 'a@x' }, secondary: { email: 'b@x' }, apply: true },
    ]);
  });

  it('keeps the person of the shop and not the profile that no row stands for, whichever is older', () => {
    const ages = new Map([['1', 100]]);
    expect(proposeMerges([taken('1', 'old')], { ...FACTS, ages })).toEqual([
      {
        because: 'email_taken',
        detail: 'profile',
        primary: { id: '1' },
        secondary: { cio_id: 'c9' },
        decidedBy: 'in_mysql',
        older: 'secondary',
        apply: true,
      },
    ]);
  });

  it('proposes nothing for two people of the shop, a profile with itself, and what merging does not settle', () => {
    const isOfShop = (id: string): boolean => id === '2';
    expect(proposeMerges([taken('1', '2')], { ...FACTS, isOfShop })).toEqual([]);
    expect(proposeMerges([taken('a@x', '2')], { ...FACTS, canonical: 'email', isOfShop })).toHaveLength(1);
    const itself: Conflict = { ...taken('a@x', '2'), other: { cioId: undefined, id: '2', createdAt: 1 } };
    expect(proposeMerges([itself], { ...FACTS, canonical: 'email' })).toEqual([]);
    for (const code of [
      'id_like_email',
      'emails_differ_by_accent',
      'id_reused',
      'mixed_identifiers',
    ] as const) {
      expect(proposeMerges([shared(['1', '2'], code)], FACTS)).toEqual([]);
    }
  });

  it('names a pair once, whatever speaks for it', () => {
    const merges = proposeMerges([shared(['1', '2']), shared(['2', '1'], 'key_on_two_people')], FACTS);
    expect(merges).toHaveLength(1);
  });
});
