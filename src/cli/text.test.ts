import { describe, expect, it } from 'vitest';
import { columns, count, oneLine, visible } from './text.ts';

describe('text for a terminal', () => {
  it('shows nothing of a database that a terminal would obey', () => {
    expect(visible('a\u001b[2Jb\u009b31mc\nd\u202ee\u2028f')).toBe(
      'a\uFFFD[2Jb\uFFFD31mc\uFFFDd\uFFFDe\uFFFDf',
    );
    expect(oneLine(`x${'\u0000'.repeat(200)}`)).toHaveLength(81);
  });

  it('leaves letters of all scripts and joined emoji as they are', () => {
    expect(visible('Çelik 👩‍💻 אבג')).toBe('Çelik 👩‍💻 אבג');
  });

  it('parts thousands, and pads all columns but the last', () => {
    expect([0, 999, 1000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567']);
    expect(
      columns([
        ['a', 'b'],
        ['long', 'c'],
      ]),
    ).toEqual(['  a     b', '  long  c']);
  });
});
