import { describe, expect, it } from 'vitest';
import { CLEAR, type Fragment, KEEP } from '../shape/fragment.ts';
import { identifierChange, identifierPlaces } from './identifier-change.ts';

const NAMES = ['email', 'created_at'];
const facts = (canonical: 'id' | 'email' = 'id', wasGone = false) => ({
  canonical,
  wasGone,
  places: identifierPlaces(canonical === 'id' ? NAMES : ['id', 'created_at'], canonical),
});
const row = (other: Fragment, createdAt: Fragment = '1'): readonly Fragment[] => [other, createdAt];

describe('a changed identifier', () => {
  it('is none while the address is the same, or one of the two is not known', () => {
    expect(identifierChange(row('"a@x"'), row('"a@x"', '2'), facts())).toBe('none');
    for (const unknown of [KEEP, CLEAR]) {
      expect(identifierChange(row(unknown), row('"a@x"'), facts())).toBe('none');
      expect(identifierChange(row('"a@x"'), row(unknown), facts())).toBe('none');
    }
    expect(identifierChange([], row('"a@x"'), facts())).toBe('none');
  });

  it('is a new address of the same person, when nothing says otherwise', () => {
    expect(identifierChange(row('"a@x"'), row('"b@x"'), facts())).toBe('changed');
    expect(identifierChange(row('"a@x"', KEEP), row('"b@x"', '2'), facts())).toBe('changed');
  });

  it('is somebody else, when the id was gone or was made anew', () => {
    expect(identifierChange(row('"a@x"'), row('"b@x"'), facts('id', true))).toBe('reused');
    expect(identifierChange(row('"a@x"'), row('"b@x"', '2'), facts())).toBe('reused');
    expect(identifierChange(row('"a@x"'), row('"a@x"'), facts('id', true))).toBe('none');
  });

  it('is another account under a canonical e-mail', () => {
    expect(identifierChange(row('"1"'), row('"2"'), facts('email'))).toBe('reused');
    expect(identifierChange(row('"1"'), row('"1"'), facts('email'))).toBe('none');
  });

  it('can not be seen by a model that sends no other identifier', () => {
    const places = identifierPlaces(['name'], 'id');
    expect(identifierChange(['"a"'], ['"b"'], { places, canonical: 'id', wasGone: true })).toBe('none');
  });
});
