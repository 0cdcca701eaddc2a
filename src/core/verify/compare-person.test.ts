import { describe, expect, it } from 'vitest';
import type { Profile } from '../customerio/profile.ts';
import { comparePerson } from './compare-person.ts';

function profileWith(attributes: Readonly<Record<string, string>>): Profile {
  return {
    identifiers: { id: '1', email: 'Anna@x.example', cioId: 'c1' },
    attributes: new Map(Object.entries(attributes)),
    setAt: new Map(),
    isUnsubscribed: false,
  };
}

/** One attribute, delivered as MySQL has it. */
function kindsOf(name: string, mysql: string, held: Readonly<Record<string, string>>, delivered = mysql) {
  const values = { names: [name], mysql: [mysql], delivered: [delivered] };
  return comparePerson(values, profileWith(held)).map(({ kind }) => kind);
}

describe('what MySQL says and what Customer.io holds', () => {
  it.each([
    ['"gold"', { a: 'gold' }],
    ['29.50', { a: '29.5' }],
    ['-0.0', { a: '0' }],
    ['1e3', { a: '1000' }],
    ['true', { a: 'true' }],
    ['null', {}],
    ['null', { a: '' }],
    ['""', {}],
    ['', { a: 'anything' }],
    ['["a","b"]', { a: '["a", "b"]' }],
    ['{"x":1}', { a: '{"x":1}' }],
  ])('%s is the same as %j', (mysql, held) => {
    expect(kindsOf('a', mysql, held)).toEqual([]);
  });

  it.each([
    ['"gold"', { a: 'Gold' }, 'different'],
    ['29.5', { a: '' }, 'different'],
    ['29.5', { a: '29.6' }, 'different'],
    ['true', { a: 'false' }, 'different'],
    ['"x"', {}, 'missing_attribute'],
    ['null', { a: '7' }, 'not_removed'],
    ['["a"]', { a: 'a' }, 'different'],
  ])('%s is not the same as %j: %s', (mysql, held, kind) => {
    expect(kindsOf('a', mysql, held)).toEqual([kind]);
  });

  it('does not tell upper from lower case in addresses', () => {
    expect(kindsOf('email', '"anna@x.example"', {})).toEqual([]);
    expect(kindsOf('email', '"other@x.example"', {})).toEqual(['different']);
  });

  it('is waiting where MySQL has changed since it was delivered', () => {
    expect(kindsOf('a', '2', { a: '1' }, '1')).toEqual(['waiting']);
    expect(kindsOf('a', '2', { a: '2' }, '1')).toEqual([]);
  });

  it('is about the person as a whole where there is no profile', () => {
    const values = { names: ['a'], mysql: ['1'], delivered: ['1'] };
    expect(comparePerson(values, undefined)).toMatchObject([
      { kind: 'missing_person', attribute: undefined },
    ]);
    expect(comparePerson({ ...values, delivered: undefined }, undefined)).toMatchObject([
      { kind: 'not_delivered' },
    ]);
  });
});
