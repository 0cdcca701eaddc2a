import { sentFields } from '../contract/consent-field.ts';
import type { Field, Model } from '../contract/contract.ts';
import { impliedField, toTimeRule } from '../contract/field.ts';

/** What a model sends under names that its file declares or implies, for tests to name. */
export function testedFields(model: Model): readonly Field[] {
  switch (model.kind) {
    case 'people':
      return sentFields(model);
    case 'event':
      return [model.occurredAt, ...model.properties];
    case 'abandonment':
      return [timeOf('occurred_at'), timeOf('last_activity_at'), ...model.properties];
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return model.attributes;
    case 'identities':
      return [];
  }
}

/** Properties that hold a row's natural key. */
export function keyColumns(model: Model): readonly string[] {
  switch (model.kind) {
    case 'people':
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
    case 'identities':
      return [];
    case 'event':
      return model.eventIdColumns;
    case 'abandonment':
      return model.cartColumns;
  }
}

function timeOf(name: string): Field {
  return impliedField(name, name, 'timestamp', { whenNull: 'reject', time: toTimeRule({}, 'UTC') });
}
