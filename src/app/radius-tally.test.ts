import { describe, expect, it } from 'vitest';
import { field } from '../../test/support/fields.ts';
import { RadiusTally } from './radius-tally.ts';

const ATTRIBUTES = [
  field({ name: 'tier' }),
  field({ name: 'last_order_at', type: 'timestamp' }),
  field({ name: 'born_on', type: 'date' }),
];

function tallyOf(expected: readonly string[] = [], examplesMax = 2) {
  const tally = new RadiusTally({ attributes: ATTRIBUTES, expected: new Set(expected), examplesMax });
  let keys = 0;
  return {
    tally,
    /** Adds a person with these values before and after. */
    change: (before: readonly string[], after: readonly string[]) => {
      keys += 1;
      const changed = after.flatMap((value, index) => (value === before[index] ? [] : [index]));
      tally.add({ key: `p${keys}`, changed, fragments: after, delivered: before });
    },
    result: () => tally.result({ delivered: 10, gone: 0 }),
  };
}

describe('RadiusTally', () => {
  it('tells apart what changes, vanishes and moves back', () => {
    const { change, result } = tallyOf();
    change(['"gold"', '200', '"2000-01-02"'], ['null', '100', '"2000-01-01"']);
    change(['null', '100', '"2000-01-01"'], ['"gold"', '1000', '"2001-01-01"']);
    change(['', '', ''], ['null', '5', '"1990-01-01"']);
    expect(result()).toEqual({
      delivered: 10,
      gone: 0,
      people: 3,
      attributes: {
        tier: { changed: 3, cleared: 1, backwards: 0 },
        last_order_at: { changed: 3, cleared: 0, backwards: 1 },
        born_on: { changed: 3, cleared: 0, backwards: 1 },
      },
    });
  });

  it('leaves out what is expected, and people who are new', () => {
    const { tally, change, result } = tallyOf(['tier', 'born_on']);
    change(['"gold"', '1', ''], ['"none"', '1', '"2000-01-01"']);
    tally.add({ key: 'new', changed: undefined, fragments: ['"a"', '1', ''], delivered: undefined });
    expect(result()).toMatchObject({ people: 0, attributes: {} });
    change(['"gold"', '1', ''], ['"none"', '2', '']);
    expect(result()).toMatchObject({ people: 1, attributes: { last_order_at: { changed: 1 } } });
  });

  it('takes back whoever can not be sent after all', () => {
    const { tally, change, result } = tallyOf();
    change(['"gold"', '1', ''], ['null', '2', '']);
    tally.remove(Buffer.from('{"attributes":{"tier":null,"last_order_at":2}}'));
    expect(result()).toMatchObject({ people: 0, attributes: {} });
  });

  it('keeps a few examples of each', () => {
    const { tally, change } = tallyOf();
    for (const before of ['"a"', '"b"', '"c"']) change([before, '', ''], ['null', '', '']);
    expect(Object.fromEntries(tally.examples((key) => key !== 'p1'))).toEqual({
      'attributes.tier': [{ key: 'p2', before: '"b"', after: 'null' }],
      'cleared.tier': [{ key: 'p2', before: '"b"', after: 'null' }],
    });
    expect([...tallyOf([], 0).tally.examples(() => true)]).toEqual([]);
  });
});
