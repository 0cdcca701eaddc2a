import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIdBytes, eventIdFromText, eventIdText } from './event-id.ts';

const idOf = (namespace: string, event: string, ...parts: string[]) =>
  eventIdText(eventIdBytes(namespace, event, parts));

describe('event id', () => {
  it.each([
    ['acme', 'order_placed', ['1001'], '01DXF6DT00EHKHQQN49EQ165BD'],
    ['acme', 'order_placed', ['1002'], '01DXF6DT008J5TC23G7ZTDATEW'],
    ['acme-pos', 'order_placed', ['1001'], '01DXF6DT00N6PZ4EEME5FE3Y0C'],
    ['acme', 'cart_abandoned', ['77', '2026-11-23 10:00:00'], '01DXF6DT001G7WGX50QW3GMPAZ'],
    ['acme', 'order_placed', ['Ärger-😀'], '01DXF6DT00WB3HME87XK8R9E5M'],
  ])('is the published vector for %s, %s, %j', (namespace, event, parts, expected) => {
    expect(idOf(namespace, event, ...parts)).toBe(expected);
  });

  it('is always a ULID', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.string({ unit: 'grapheme' })),
        (event, parts) => {
          expect(idOf('acme', event, ...parts)).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
        },
      ),
    );
  });

  it('can be read back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
        expect([...eventIdFromText(eventIdText(bytes))]).toEqual([...bytes]);
      }),
    );
  });

  it('tells apart keys whose parts join to the same text', () => {
    expect(idOf('acme', 'order_placed', 'ab', 'c')).not.toBe(idOf('acme', 'order_placed', 'a', 'bc'));
    expect(idOf('acme', 'order_placed', 'abc')).not.toBe(idOf('acme', 'order_placed', 'abc', ''));
  });
});
