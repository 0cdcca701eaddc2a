import type { ItemText } from './item.ts';

/** Between identifiers and attributes. Quotes inside an identifier are escaped, so that it stands here first. */
const MIDDLE = '},"attributes":{';

/**
 * A person's item under the cio_id, which alone may change identifiers that are set. `email`: the canonical
 * address, which was the identifier before and is an attribute now.
 */
export function renameItem(item: ItemText, cioId: string, email: string | undefined): ItemText {
  const at = item.indexOf(MIDDLE);
  const rest = item.slice(at + MIDDLE.length);
  const head = `{"type":"person","action":"identify","identifiers":{"cio_id":${JSON.stringify(cioId)}`;
  const address =
    email === undefined ? '' : `"email":${JSON.stringify(email)}${rest.startsWith('}') ? '' : ','}`;
  return head + MIDDLE + address + rest;
}
