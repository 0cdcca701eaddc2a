import { expect, it } from 'vitest';
import { contractOf } from '../../../test/support/contract-files.ts';
import type { PeopleModel } from '../contract/contract.ts';
import type { RawCells } from '../shape/encode-person.ts';
import { OptOutPairs, withPairs } from './opt-out-pairs.ts';

const model = contractOf({
  models: {
    customers: [
      `kind: people
person: { id: customer_id }
attributes:
  email_consent: { type: boolean, role: consent(email) }
  sms_opt_in: { type: boolean, role: consent(sms) }
`,
    ],
  },
}).models[0] as PeopleModel;

function cellsOf(...texts: readonly (string | null)[]): RawCells {
  const buffer = Buffer.from(texts.join(''));
  let at = 0;
  const ends = texts.map((text) => {
    at += text?.length ?? 0;
    return text === null ? -1 : at;
  });
  const starts = texts.map((text, index) => (ends[index] ?? 0) - (text?.length ?? 0));
  return { buffer, starts: Int32Array.from(starts), ends: Int32Array.from(ends) };
}

const pairs = new OptOutPairs(
  model.consents.map((consent, index) => ({
    consent,
    answer: { field: consent.answer, index },
    answeredAt: undefined,
  })),
);

it.each([
  [['0', '0'], '"unsubscribed":true,"sms_opt_in":false'],
  [['1', '0'], '"sms_opt_in":false'],
  [['0', null], '"unsubscribed":true'],
  [['1', '1'], ''],
  [[null, null], ''],
  [['2', 'x'], ''],
])('of %j only the opt-outs go along: %s', (cells, text) => {
  expect(pairs.text(cellsOf(...cells))).toBe(text);
});

it('become part of the attributes of an item', () => {
  expect(withPairs('{"attributes":{"a":1}}', '"b":2')).toBe('{"attributes":{"a":1,"b":2}}');
  expect(withPairs('{"attributes":{}}', '"b":2')).toBe('{"attributes":{"b":2}}');
  expect(withPairs('{"attributes":{}}', '')).toBe('{"attributes":{}}');
});
