import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML } from '../../../test/support/contract-files.ts';
import { compareTest } from './compare-test.ts';
import type { Outcome } from './contract-test.ts';
import { jsonMembers } from './json-members.ts';
import { readTestFiles } from './read-test-file.ts';
import { isSameFragment } from './yaml-value.ts';

const PEOPLE = `${PEOPLE_YAML}  last_order_at: { type: timestamp }\n  vip_tier: { type: string }\n`;
const EVENT = `${EVENT_YAML}properties:\n  amount: { type: decimal }\n  lines: { type: json }\n`;

const contract = contractOf({ models: { customers: [PEOPLE], orders: [EVENT] } });

/** Differences as `subject [field]: expected → got`. */
function differences(
  model: 'customers' | 'orders',
  expected: string,
  outcome: Partial<Outcome>,
): readonly string[] {
  const text = `model: ${model}\nnow: 2026-11-23T12:00:00Z\ntests: [{ name: x, given: { rows: [] }, expect: ${expected} }]\n`;
  const { tests, problems } = readTestFiles([{ file: 'x.test.yml', text }], contract);
  if (tests[0] === undefined) throw new Error(JSON.stringify(problems));
  return compareTest(tests[0], { operations: [], withheld: [], ...outcome }).map(
    ({ subject, field, expected: wanted, got }) =>
      `${subject}${field ? ` ${field}` : ''}: ${wanted} → ${got}`,
  );
}

const sent = (key: string, values: Readonly<Record<string, string>>) => ({
  key,
  values: new Map(Object.entries(values)),
});

const fault = (key: string, column?: string) => ({ kind: 'fault', key, code: 'time_zero', column }) as const;

const ADA = sent('1', { total_orders: '2', last_order_at: '1795428000', vip_tier: '"gold"' });

describe('compareTest', () => {
  it('passes when everything listed came, and nothing else', () => {
    const expected =
      '{ people: [{ person: 1, attributes: { total_orders: 2.0, last_order_at: 2026-11-23T11:00:00+01:00 } }] }';
    expect(differences('customers', expected, { operations: [ADA] })).toEqual([]);
    expect(differences('customers', '{}', {})).toEqual([]);
  });

  it('tells each value that is another', () => {
    const expected =
      '{ people: [{ person: 1, attributes: { total_orders: 3, last_order_at: 2026-11-23T11:00:00Z, vip_tier: ~ } }] }';
    expect(differences('customers', expected, { operations: [ADA] })).toEqual([
      'person 1 total_orders: 3 → 2',
      'person 1 last_order_at: 1795431600 (2026-11-23T11:00:00Z) → 1795428000 (2026-11-23T10:00:00Z)',
      'person 1 vip_tier: null (removed) → "gold"',
    ]);
  });

  it('tells what is sent and should not be, and the other way round', () => {
    expect(
      differences('customers', '{ people: [{ person: 1, absent: [vip_tier] }, { person: 2 }] }', {
        operations: [ADA, sent('3', { total_orders: '1' })],
      }),
    ).toEqual([
      'person 1 vip_tier: not sent → "gold"',
      'person 2: sent → not sent',
      'person 3: not sent → sent: total_orders: 1',
    ]);
  });

  it('compares everything when it is to be exact', () => {
    expect(
      differences('customers', '{ people: [{ person: 1, exact: true, attributes: { total_orders: 2 } }] }', {
        operations: [ADA],
      }),
    ).toEqual([
      'person 1 last_order_at: not sent → 1795428000 (2026-11-23T10:00:00Z)',
      'person 1 vip_tier: not sent → "gold"',
    ]);
  });

  it('says why something was not sent', () => {
    expect(
      differences('customers', '{ people: [{ person: 1 }] }', { withheld: [fault('1', 'last_order_at')] }),
    ).toEqual(['person 1: sent → not sent: fault time_zero in last_order_at']);
  });

  it('compares faults by key, code and, where it is given, column', () => {
    const withheld = [fault('1', 'last_order_at'), fault('2')];
    const ok = '{ faults: [{ key: 1, code: time_zero }, { key: 2, code: time_zero }] }';
    expect(differences('customers', ok, { withheld })).toEqual([]);
    expect(differences('customers', '{}', { withheld })).toEqual([
      'person 1: nothing → fault time_zero in last_order_at',
      'person 2: nothing → fault time_zero',
    ]);
    const other =
      '{ faults: [{ key: 1, code: time_zero, column: x }, { key: 2, code: not_text }, { key: 3, code: not_text }] }';
    expect(differences('customers', other, { withheld, operations: [sent('3', {})] })).toEqual([
      'person 3: not sent → sent: ',
      'person 1: fault time_zero in x → fault time_zero in last_order_at',
      'person 2: fault not_text → fault time_zero',
      'person 3: fault not_text → sent',
    ]);
  });

  it('counts: a fault twice is not one', () => {
    const one = '{ faults: [{ key: 1, code: time_zero }] }';
    expect(differences('customers', one, { withheld: [fault('1'), fault('1')] })).toEqual([
      'person 1: nothing → fault time_zero',
    ]);
  });

  it('compares events with person, time, id and structured properties', () => {
    const order = sent('10', {
      '(person)': '"1"',
      '(occurred_at)': '1795428000',
      '(id)': '"01DXF6DT00EHKHQQN49EQ165BD"',
      order_id: '"10"',
      occurred_at: '1795428000',
      amount: '59.9',
      lines: '[{"sku":"a","n":1}]',
    });
    const good = `{ events: [{ event_id: 10, person: 1, occurred_at: 2026-11-23T10:00:00Z, id: 01DXF6DT00EHKHQQN49EQ165BD,
      properties: { amount: 59.90, order_id: "10", lines: [{ n: 1, sku: a }] } }] }`;
    expect(differences('orders', good, { operations: [order] })).toEqual([]);
    const bad = `{ events: [{ event_id: 10, person: 2, occurred_at: 2026-11-23T10:00:01Z, id: x,
      properties: { amount: 60, lines: [{ n: 2, sku: a }] } }], held: [{ key: 11, code: late }] }`;
    expect(differences('orders', bad, { operations: [order] })).toEqual([
      'event 10 person: "2" → "1"',
      'event 10 occurred_at: 1795428001 (2026-11-23T10:00:01Z) → 1795428000 (2026-11-23T10:00:00Z)',
      'event 10 id: "x" → "01DXF6DT00EHKHQQN49EQ165BD"',
      'event 10 amount: 60 → 59.9',
      'event 10 lines: [{"n":2,"sku":"a"}] → [{"sku":"a","n":1}]',
      'event 11: held late → nothing',
    ]);
  });
});

describe('isSameFragment', () => {
  it.each<[string, string, boolean]>([
    ['59.9', '59.90', true],
    ['9007199254740993', '9007199254740992', false],
    ['"1"', '1', false],
    ['"é"', '"\\u00e9"', true],
    ['{"a":1,"b":[1,2]}', '{"b":[1,2],"a":1}', true],
    ['[1,2]', '[2,1]', false],
    ['true', '1', false],
    ['null', 'null', true],
    ['1e3', '1000', true],
  ])('%s and %s: %s', (a, b, expected) => {
    expect(isSameFragment(a, b)).toBe(expected);
  });
});

describe('jsonMembers', () => {
  it('keeps what stands there', () => {
    expect([...jsonMembers('{"a":12345678901234567890.10,"b":{"x":[1,"}"]},"c":"q\\"},","d":null}')]).toEqual(
      [
        ['a', '12345678901234567890.10'],
        ['b', '{"x":[1,"}"]}'],
        ['c', '"q\\"},"'],
        ['d', 'null'],
      ],
    );
    expect([...jsonMembers('{}')]).toEqual([]);
  });

  it('agrees with JSON.parse on every object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const members = jsonMembers(JSON.stringify(object));
        const read = Object.fromEntries([...members].map(([name, text]) => [name, JSON.parse(text)]));
        expect(JSON.stringify(read)).toBe(JSON.stringify(object));
      }),
    );
  });
});
