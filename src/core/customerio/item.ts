import type { CanonicalIdentifier, Field } from '../contract/contract.ts';
import type { EventOperation, PersonOperation } from '../operation/operation.ts';

/** One element of a v2 batch, as JSON text. */
export type ItemText = string;

/** Writes people of one model; what repeats from person to person is prepared once. */
export function personItemWriter(
  canonical: CanonicalIdentifier,
  attributes: readonly Field[],
): (operation: Pick<PersonOperation, 'key' | 'changed' | 'fragments'>) => ItemText {
  const names = attributes.map((field) => `${JSON.stringify(field.name)}:`);
  const head = `{"type":"person","action":"identify","identifiers":{"${canonical}":`;
  return ({ key, changed, fragments }) => {
    const pairs = changed.map((index) => `${names[index]}${fragments[index]}`);
    return `${head}${JSON.stringify(key)}},"attributes":{${pairs.join(',')}}}`;
  };
}

/** Writes events of one name. */
export function eventItemWriter(
  canonical: CanonicalIdentifier,
  event: string,
): (operation: Pick<EventOperation, 'person' | 'id' | 'occurredAt' | 'properties'>) => ItemText {
  const head = `{"type":"person","action":"event","identifiers":{"${canonical}":`;
  const name = JSON.stringify(event);
  return ({ person, id, occurredAt, properties }) =>
    `${head}${JSON.stringify(person)}},"id":"${id}","name":${name},"timestamp":${occurredAt},"attributes":${properties}}`;
}
