import type { CanonicalIdentifier, Field, KeyedModel } from '../contract/contract.ts';
import { type Fragment, KEEP } from '../shape/fragment.ts';
import type { ItemText } from './item.ts';

/** What a device has by its nature, beside what the file declares. */
export const DEVICE_FIELDS: ReadonlySet<string> = new Set(['platform', 'last_used']);

/** What tells one thing of a model from the others. */
export interface ThingKey {
  readonly person: string | undefined;
  /** The person is named by e-mail, for nobody with an id has it. */
  readonly isGuest?: boolean;
  /** Of the object, or the token of the device. Undefined where the person alone is the key. */
  readonly id: string | undefined;
}

/** Writes what is sent of the things of one model. */
export interface ThingWriter {
  /** Puts it there; `changed` undefined stands for every attribute that has a value. */
  put(key: ThingKey, fragments: readonly Fragment[], changed: readonly number[] | undefined): ItemText;
  /** Undefined: nothing is sent, and it counts as removed. */
  remove(key: ThingKey): ItemText | undefined;
}

export function thingWriter(
  { kind, target, attributes }: Pick<KeyedModel, 'kind' | 'target' | 'attributes'>,
  canonical: CanonicalIdentifier,
): ThingWriter {
  const pairs = pairWriter(attributes);
  switch (kind) {
    case 'objects':
      return objectWriter(target, pairs);
    case 'relationships':
      return relationshipWriter(target, canonical, pairs);
    case 'devices':
      return deviceWriter(attributes, canonical);
    case 'segment':
      return MEMBER_WRITER;
    case 'erasure':
      return erasureWriter(target, canonical);
  }
}

/** `"name":value` of these attributes, with commas between them; undefined: of all. */
type WritePairs = (fragments: readonly Fragment[], changed: readonly number[] | undefined) => string;

function pairWriter(attributes: readonly Field[]): WritePairs {
  const names = attributes.map(({ name }) => JSON.stringify(name));
  const everything = attributes.map((_, index) => index);
  return (fragments, changed = everything) =>
    changed
      .filter((index) => (fragments[index] ?? KEEP) !== KEEP)
      .map((index) => `${names[index]}:${fragments[index]}`)
      .join(',');
}

/** What is not named stays as it was, so that only what changed is sent. */
function objectWriter(type: string, pairs: WritePairs): ThingWriter {
  const item = (action: string, { id }: ThingKey, more: string): ItemText =>
    `{"type":"object","action":"${action}","identifiers":${objectIdentifiers(type, id)}${more}}`;
  return {
    put: (key, fragments, changed) => item('identify', key, `,"attributes":{${pairs(fragments, changed)}}`),
    remove: (key) => item('delete', key, ''),
  };
}

/** All attributes are sent each time: nothing says that those which are left out would stay. */
function relationshipWriter(type: string, canonical: CanonicalIdentifier, pairs: WritePairs): ThingWriter {
  const item = (action: string, { person, id }: ThingKey, attributes: string): ItemText => {
    const more = attributes === '' ? '' : `,"relationship_attributes":{${attributes}}`;
    const relationship = `{"identifiers":${objectIdentifiers(type, id)}${more}}`;
    const identifiers = `{"${canonical}":${JSON.stringify(person)}}`;
    return `{"type":"person","action":"${action}","identifiers":${identifiers},"cio_relationships":[${relationship}]}`;
  };
  return {
    put: (key, fragments) => item('add_relationships', key, pairs(fragments, undefined)),
    remove: (key) => item('delete_relationships', key, ''),
  };
}

/** All of a device is sent each time, for the same reason. */
function deviceWriter(attributes: readonly Field[], canonical: CanonicalIdentifier): ThingWriter {
  const pairs = pairWriter(attributes);
  const places = [...attributes.keys()];
  const isOwn = (place: number): boolean => DEVICE_FIELDS.has(attributes[place]?.name ?? '');
  const [own, declared] = [places.filter(isOwn), places.filter((place) => !isOwn(place))];
  const item = (action: string, { person, id }: ThingKey, more: string): ItemText =>
    `{"type":"person","action":"${action}","identifiers":{"${canonical}":${JSON.stringify(person)}},"device":{"token":${JSON.stringify(id)}${more}}}`;
  return {
    put: (key, fragments) => {
      const more = pairs(fragments, declared);
      const members = [pairs(fragments, own), more === '' ? '' : `"attributes":{${more}}`];
      return item('add_device', key, members.map((text) => (text === '' ? '' : `,${text}`)).join(''));
    },
    remove: (key) => item('delete_device', key, ''),
  };
}

/** A deleted profile can not be brought back; a suppressed identifier can be freed. */
function erasureWriter(operation: string, canonical: CanonicalIdentifier): ThingWriter {
  const item = (action: string, { person, isGuest = false }: ThingKey): ItemText =>
    `{"type":"person","action":"${action}","identifiers":{"${isGuest ? 'email' : canonical}":${JSON.stringify(person)}}}`;
  return {
    put: (key) => item(operation, key),
    remove: (key) => (operation === 'suppress' ? item('unsuppress', key) : undefined),
  };
}

/** A member is named by the identifier alone: these calls are not of version 2. */
const MEMBER_WRITER: ThingWriter = {
  put: ({ person }) => JSON.stringify(person),
  remove: ({ person }) => JSON.stringify(person),
};

function objectIdentifiers(type: string, id: string | undefined): string {
  return `{"object_type_id":"${type}","object_id":${JSON.stringify(id)}}`;
}
