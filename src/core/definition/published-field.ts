import type { Field, FieldType, TimeRule, WhenNull } from '../contract/contract.ts';
import { toTimeRule } from '../contract/field.ts';
import type { PublishedDefinition } from './published.ts';

/** A field as it was published, to read rows by the old definition. */
export function publishedField(name: string, definition: PublishedDefinition): Field {
  const { column = name, type, when_null, one_of, separator, means, unit } = definition;
  return {
    name,
    column,
    type: type as FieldType,
    whenNull: when_null as WhenNull | undefined,
    oneOf: one_of,
    separator,
    time: publishedTime(definition),
    means,
    unit,
    itemsMax: definition.max_items === undefined ? undefined : Number(definition.max_items),
  };
}

/** The rule of a time as it was published. */
export function publishedTime({
  zone = 'UTC',
  format,
  ambiguous_time,
  not_before,
  future,
}: PublishedDefinition): TimeRule {
  const rule = {
    format: format as TimeRule['format'] | undefined,
    ambiguous_time: ambiguous_time as TimeRule['ambiguous'] | undefined,
    not_before,
    future: future as 'reject' | undefined,
  };
  return toTimeRule(rule, zone);
}
