import { describe, expect, it } from 'vitest';
import { normaliseEmail } from './email.ts';
import { foldEmail } from './fold-email.ts';
import { looksLikeEmail } from './looks-like-email.ts';
import { normaliseKey } from './normalise-key.ts';
import { personKey } from './person-key.ts';
import { loadPhoneReader, readE164 } from './phone.ts';

describe('e-mail addresses', () => {
  it.each([
    ['a@x.example', 'a@x.example'],
    [' A@X.Example\t', 'a@x.example'],
    ['plus+tag@x.example', 'plus+tag@x.example'],
    ['U\u0308ber@x.example', '\u00fcber@x.example'],
    ['\u00dcBER@X.example', '\u00fcber@x.example'],
    ['a@b', 'a@b'],
  ])('%j is compared as %j', (text, expected) => {
    expect(normaliseEmail(text)).toBe(expected);
    expect(normaliseEmail(expected)).toBe(expected);
  });

  it.each(['', ' ', 'a', '@x', 'a@', 'a@@x', 'a b@x', 'a@x y', 'a@x\u0000', 'a@b@c'])(
    '%j is none',
    (text) => {
      expect(normaliseEmail(text)).toBeUndefined();
    },
  );

  it.each([
    ['josé@x.example', 'jose@x.example'],
    ['groß@x.example', 'gross@x.example'],
    ['łøđæœ@x.example', 'lodaeoe@x.example'],
    ['jose@x.example', 'jose@x.example'],
  ])('%s is taken for %s by a collation', (email, folded) => {
    expect(foldEmail(email)).toBe(folded);
  });

  it.each([
    ['a@x', true],
    ['1', false],
    ['@', false],
    ['a@', false],
    ['@a', false],
    ['a@b@c', false],
    ['a @b', false],
    ['ä@ö', true],
  ])('an id %j looks like one: %s', (text, expected) => {
    const bytes = Buffer.from(`xx${text}yy`);
    expect(looksLikeEmail(bytes, 2, bytes.length - 2)).toBe(expected);
  });
});

describe('phone numbers', () => {
  it('are read as people write them, in the declared country', async () => {
    const read = await loadPhoneReader('DE');
    for (const text of ['030 123456', '(030) 12 34 56', '0049 30 123456', '+49 30 123456', '+4930123456']) {
      expect(read(text)).toBe('+4930123456');
    }
    expect(read('+1 415 555 2671')).toBe('+14155552671');
    for (const text of ['', 'n/a', '12', '030 123456 ext. 7']) expect(read(text)).toBeUndefined();
  });

  it('without a country are taken only as E.164', async () => {
    const read = await loadPhoneReader(undefined);
    expect(read('030 123456')).toBeUndefined();
    expect(read('+49 30 123456')).toBe('+4930123456');
    expect(readE164('+49 30 123456')).toBeUndefined();
    expect(readE164('+4930123456')).toBe('+4930123456');
  });
});

describe('keys of other kinds', () => {
  it('are taken exactly as they are, and nothing is no key', () => {
    expect(normaliseKey('device', ' D-1 ', readE164)).toBe(' D-1 ');
    expect(normaliseKey('device', '  ', readE164)).toBeUndefined();
    expect(normaliseKey('email', ' A@X ', readE164)).toBe('a@x');
    expect(normaliseKey('phone', ' +4930123456 ', readE164)).toBe('+4930123456');
  });
});

describe('the canonical identifier', () => {
  it('keeps an id as it is, and knows when there is none', () => {
    expect(personKey('007', 'id')).toEqual({ key: '007' });
    expect(personKey(' A ', 'id')).toEqual({ key: ' A ' });
    expect(personKey('ä'.repeat(75), 'id')).toEqual({ key: 'ä'.repeat(75) });
    expect(personKey('ä'.repeat(76), 'id')).toEqual({ fault: 'identifier_too_long' });
    expect(personKey(null, 'id')).toEqual({ fault: 'person_missing' });
    expect(personKey('  ', 'id')).toEqual({ fault: 'person_missing' });
    expect(personKey(undefined, 'id')).toEqual({ fault: 'not_text' });
    expect(personKey(' A@X ', 'email')).toEqual({ key: 'a@x' });
    expect(personKey('a', 'email')).toEqual({ fault: 'not_an_email' });
  });
});
