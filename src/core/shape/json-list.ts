import type { Fragment } from './fragment.ts';

const QUOTE = '"';
const OPENING = '[{';
const CLOSING = ']}';

/**
 * The items of a JSON array as they are written, for numbers must keep their digits; undefined when the text
 * is no array. The text has to be valid JSON.
 */
export function splitList(fragment: Fragment): readonly Fragment[] | undefined {
  const text = fragment.trim();
  if (!text.startsWith('[')) return undefined;
  const items: Fragment[] = [];
  let depth = 0;
  let start = 1;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === QUOTE) index = endOfText(text, index);
    else if (OPENING.includes(character)) depth += 1;
    else if (CLOSING.includes(character)) depth -= 1;
    const isItemEnd = (depth === 1 && character === ',') || depth === 0;
    if (!isItemEnd) continue;
    items.push(text.slice(start, index).trim());
    start = index + 1;
  }
  return items.length === 1 && items[0] === '' ? [] : items;
}

export function joinList(items: readonly Fragment[]): Fragment {
  return `[${items.join(',')}]`;
}

/** The list with its first items only; anything else as it is. */
export function cutList(fragment: Fragment, itemsMax: number): Fragment {
  const items = splitList(fragment);
  return items === undefined || items.length <= itemsMax ? fragment : joinList(items.slice(0, itemsMax));
}

/** Index of the quote that ends the text beginning at `start`. */
function endOfText(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    if (text.charAt(index) === '\\') index += 1;
    else if (text.charAt(index) === QUOTE) return index;
  }
  return text.length;
}
