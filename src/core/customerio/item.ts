import type { CanonicalIdentifier, Field } from '../contract/contract.ts';
import type { EventId } from '../identity/event-id.ts';
import { type Fragment, KEEP } from '../shape/fragment.ts';
import { ITEM_BYTES_MAX } from './limits.ts';

/** One element of a v2 batch, as JSON text. */
export type ItemText = string;

/** Writes a person; `changed` undefined stands for every attribute that has a value. */
export type WritePerson = (
  key: string,
  fragments: readonly Fragment[],
  changed: readonly number[] | undefined,
) => ItemText;

/** Writes people of one model; what repeats from person to person is prepared once. */
export function personItemWriter(canonical: CanonicalIdentifier, attributes: readonly Field[]): WritePerson {
  const names = attributes.map((field) => `${JSON.stringify(field.name)}:`);
  const everything = attributes.map((_, index) => index);
  const head = `{"type":"person","action":"identify","identifiers":{"${canonical}":`;
  return (key, fragments, changed) => {
    let pairs = '';
    for (const index of changed ?? everything) {
      const fragment = fragments[index];
      if (fragment !== KEEP) pairs += `${pairs === '' ? '' : ','}${names[index]}${fragment}`;
    }
    return `${head}${JSON.stringify(key)}},"attributes":{${pairs}}}`;
  };
}

/** What is sent of an event; `properties` is JSON text, `occurredAt` unix seconds. */
export interface EventContent {
  readonly id: EventId;
  readonly person: string;
  readonly occurredAt: number;
  readonly properties: string;
}

/** Writes events of one name for people named by one identifier. */
export function eventItemWriter(
  identifier: CanonicalIdentifier,
  event: string,
): (content: EventContent) => ItemText {
  const head = `{"type":"person","action":"event","identifiers":{"${identifier}":`;
  const name = JSON.stringify(event);
  return ({ person, id, occurredAt, properties }) =>
    `${head}${JSON.stringify(person)}},"id":"${id}","name":${name},"timestamp":${occurredAt},"attributes":${properties}}`;
}

/** Writes events of one name that belong to nobody yet; the Track API takes each in a request of its own. */
export function anonymousItemWriter(event: string): (content: EventContent) => ItemText {
  const name = JSON.stringify(event);
  return ({ person, id, occurredAt, properties }) =>
    `{"name":${name},"anonymous_id":${JSON.stringify(person)},"id":"${id}","timestamp":${occurredAt},"data":${properties}}`;
}

/** Names of the attributes in an item of a person, an object, a relationship or a device. */
export function sentAttributes(item: Uint8Array): readonly string[] {
  const {
    attributes,
    device,
    cio_relationships: [relationship] = [],
  } = JSON.parse(Buffer.from(item).toString('utf8')) as {
    readonly attributes?: object;
    readonly device?: { readonly token: string; readonly attributes?: object };
    readonly cio_relationships?: readonly { readonly relationship_attributes?: object }[];
  };
  const { attributes: more, token: _, ...own } = device ?? {};
  const members = attributes ?? relationship?.relationship_attributes ?? { ...own, ...more };
  return Object.keys(members);
}

/** Characters take three bytes at most, so that most items need not be measured. */
export function isTooLarge(item: ItemText): boolean {
  return item.length * 3 > ITEM_BYTES_MAX && Buffer.byteLength(item) > ITEM_BYTES_MAX;
}
