import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { caseName } from '../cases/case-name.ts';
import { parseExactJson } from './exact-json-parser.ts';
import { jsonText, literalAsString } from './json-text.ts';
import { isExactNumber, type JsonValue, NUMBER_TEXT, numberOf } from './json-value.ts';
import { parseJson } from './lossless-json.ts';
import { scanBody } from './scan-body.ts';

/** What JSON.parse would have given: exact numbers turned into doubles. */
function withDoubles(value: JsonValue): unknown {
  if (isExactNumber(value)) return numberOf(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withDoubles);
  const members = Object.entries(value).map(([name, member]) => [name, withDoubles(member)] as const);
  const object: Record<string, unknown> = {};
  for (const [name, member] of members) {
    Object.defineProperty(object, name, {
      value: member,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return object;
}

function outcome(parse: () => unknown): unknown {
  try {
    return { value: parse() };
  } catch (error) {
    return error instanceof SyntaxError ? 'syntax error' : error;
  }
}

const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,25})?([eE][+-]?\d{1,3})?$/);

describe('lossless JSON', () => {
  test('numbers come back with exactly the digits they were sent with', () => {
    fc.assert(
      fc.property(digits, (number) => {
        expect(jsonText(parseJson(`{"n":${number}}`))).toBe(`{"n":${number}}`);
        expect(jsonText(parseJson(`[1, ${number} ]`))).toBe(`[1,${number}]`);
        expect(jsonText(parseJson(number))).toBe(number);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    '18446744073709551615',
    '12345678901234567890.123456789',
    '129.90',
    '1e3',
    '-0',
    '0.0000001',
    '-0.0',
  ])('%s keeps its spelling in an array, an object and alone', (number) => {
    expect(jsonText(parseJson(`{"a":{"n":[${number}]}}`))).toBe(`{"a":{"n":[${number}]}}`);
    expect(jsonText(parseJson(number))).toBe(number);
  });

  test('ordinary numbers stay doubles', () => {
    expect(parseJson('{"a":29.5,"b":1772013598,"c":-12,"d":0}')).toEqual({
      a: 29.5,
      b: 1772013598,
      c: -12,
      d: 0,
    });
  });

  test('the exact parser accepts, refuses and reads like JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(withDoubles(parseExactJson(text))).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('broken JSON is broken for both', () => {
    const broken = fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', '\\', '1', ' ', '\u0001', 'null'),
      )
      .map(([text, at, junk]) => {
        const cut = at % (text.length + 1);
        return text.slice(0, cut) + junk + text.slice(cut + (at % 2));
      });
    fc.assert(
      fc.property(broken, (text) => {
        const expected = outcome(() => JSON.parse(text));
        expect(outcome(() => withDoubles(parseExactJson(text)))).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  test('a member called __proto__ is a member', () => {
    const parsed = parseExactJson('{"__proto__":{"n":1.10}}');
    expect(jsonText(parsed)).toBe('{"__proto__":{"n":1.10}}');
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  test('an exact number is told from an object', () => {
    expect(isExactNumber({ [NUMBER_TEXT]: '1.10' })).toBe(true);
    expect(isExactNumber({ text: '1.10' })).toBe(false);
  });
});

describe('literals as the App API shows them', () => {
  test.each([
    ['29.5', '29.5'],
    ['true', 'true'],
    ['"gold"', 'gold'],
    ['"say \\"hi\\""', 'say "hi"'],
    ['{"topics":{"topic_7":false}}', '{"topics":{"topic_7":false}}'],
    ['18446744073709551615', '18446744073709551615'],
  ])(caseName(99, '%s reads %s'), (literal, shown) => {
    expect(literalAsString(literal)).toBe(shown);
  });
});

test('texts are quoted as JSON.stringify does', () => {
  const any = fc.oneof(
    // Not fast-check's own unit 'binary': its table of all code points takes a second to build.
    fc.string({ unit: fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)) }),
    fc.string({ unit: fc.nat(0xffff).map((c) => String.fromCharCode(c)) }),
  );
  fc.assert(
    fc.property(any, (text) => {
      expect(jsonText(text)).toBe(JSON.stringify(text));
    }),
    { numRuns: 200 },
  );
  const everyUnit = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));
  expect(everyUnit.filter((text) => jsonText(text) !== JSON.stringify(text))).toEqual([]);
});

describe('scanning a body', () => {
  test('finds the items of a batch as they were sent', () => {
    const text = '{"x":[1,2],"batch": [ {"a":"],"}, 2 ,{"b":[1,{}]} ],"y":"batch"}';
    const items = scanBody(text).batchItems.map((range) => text.slice(range.start, range.end).trim());
    expect(items).toEqual(['{"a":"],"}', '2', '{"b":[1,{}]}']);
  });

  test('sees an empty batch as empty, and the last of two batches', () => {
    expect(scanBody('{"batch":[ ]}').batchItems).toEqual([]);
    expect(scanBody('{"batch":[1,2],"batch":[3]}').batchItems).toHaveLength(1);
  });

  test('counts the depth outside strings only', () => {
    expect(scanBody('{"a":"[[[[","b":[[1]]}').depthMax).toBe(3);
    expect(scanBody('"\\"[[[').depthMax).toBe(0);
  });

  test('finds as many items as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 })), fc.nat(2), (items, indent) => {
        const text = JSON.stringify({ batch: items }, null, indent);
        const found = scanBody(text).batchItems.map((range) =>
          JSON.parse(text.slice(range.start, range.end)),
        );
        expect(found).toEqual(JSON.parse(JSON.stringify(items)));
      }),
    );
  });
});
