import { describe, expect, it } from 'vitest';
import { bindScopes, scopesOf } from './scope-comment.ts';

const SQL = "SELECT '/* scope: no */' FROM o WHERE TRUE /* scope: o.id */ GROUP BY /* scoped */ 1";

describe('scope comments', () => {
  it('are found outside of quotes and other comments', () => {
    expect(scopesOf(SQL)).toEqual([{ expression: 'o.id', offset: 43, length: 17 }]);
  });

  it('become a predicate over numbers, however long', () => {
    expect(bindScopes(SQL, ['18446744073709551615', '007', '-1', '1.50'], 'number')).toContain(
      'TRUE AND o.id IN (18446744073709551615, 007, -1, 1.50) GROUP',
    );
  });

  it('become a predicate over texts, whatever stands in them', () => {
    const keys = ["o'neill", '007', '😀', 'back\\slash', 'line\nbreak', '/* scope: x */', ''];
    expect(bindScopes(SQL, keys, 'text')).toContain(
      "AND o.id IN ('o''neill', '007', '😀', _utf8mb4 X'6261636b5c736c617368', _utf8mb4 X'6c696e650a627265616b', '/* scope: x */', '')",
    );
  });

  it('match nothing where no key can be one', () => {
    expect(bindScopes(SQL, ['abc', '1 OR 1=1', '0x10', '1e5'], 'number')).toContain('o.id IN (NULL)');
    expect(bindScopes(SQL, [], 'text')).toContain('o.id IN (NULL)');
  });

  it('stand in several places, each with its own name of the key', () => {
    const sql =
      'WITH p AS (SELECT 1 FROM a WHERE TRUE /* scope: a.x */) SELECT * FROM p WHERE TRUE /* scope: p.y */';
    expect(bindScopes(sql, ['1', '2'], 'number')).toBe(
      'WITH p AS (SELECT 1 FROM a WHERE TRUE AND a.x IN (1, 2)) SELECT * FROM p WHERE TRUE AND p.y IN (1, 2)',
    );
  });
});
