import { describe, expect, it } from 'vitest';
import { PersonSample } from './person-sample.ts';

const FIELDS = [
  { name: 'orders', type: 'integer' },
  { name: 'last_order_at', type: 'timestamp' },
  { name: 'is_refunder', type: 'boolean' },
  { name: 'name', type: 'string' },
] as const;

function sampleOf(count: number, { size = 20, seed = 1 } = {}) {
  const sample = new PersonSample(FIELDS, { size, seed });
  for (let person = 1; person <= count; person += 1) {
    const mysql = [String(person % 500), String(1000 + person), String(person === 77), '"x"'];
    sample.offer({ person: String(person), mysql, isNew: person === 40 });
  }
  return sample.chosen();
}

describe('a sample of people', () => {
  it('has who is remarkable, and others by chance', () => {
    const why = new Map(sampleOf(1000).map(({ person, why }) => [person, why]));
    expect(why.size).toBe(20);
    expect(why.get('40')).toBe('never delivered');
    expect(why.get('499')).toBe('most orders');
    expect(why.get('1000')).toBe('last last_order_at');
    expect(why.get('1')).toBe('first last_order_at');
    expect(why.get('77')).toBe('with is_refunder');
    expect([...why.values()].filter((each) => each === 'by chance')).toHaveLength(15);
  });

  it('is the same for the same seed, and others for another', () => {
    expect(sampleOf(1000)).toEqual(sampleOf(1000));
    expect(sampleOf(1000, { seed: 2 })).not.toEqual(sampleOf(1000));
  });

  it('is everybody where there are few', () => {
    expect(
      sampleOf(3)
        .map(({ person }) => person)
        .sort(),
    ).toEqual(['1', '2', '3']);
    expect(sampleOf(0)).toEqual([]);
  });

  it('is never larger than asked for', () => {
    expect(sampleOf(1000, { size: 2 })).toHaveLength(2);
    expect(sampleOf(1000, { size: 1 })).toHaveLength(1);
  });
});
