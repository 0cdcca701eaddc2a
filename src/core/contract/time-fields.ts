import type { Field, Model } from './contract.ts';

/** Every column of a model's query that is read as a time. */
export function timeFields(model: Model): readonly Field[] {
  return fieldsOf(model).filter(({ type }) => type === 'timestamp');
}

function fieldsOf(model: Model): readonly Field[] {
  switch (model.kind) {
    case 'people':
      return [...model.attributes, ...model.consents.flatMap(({ answeredAt }) => answeredAt ?? [])];
    case 'event':
      return [model.occurredAt, ...model.properties];
    case 'abandonment':
      return [model.lastActivityAt, model.convertedAt, model.supersededAt]
        .filter((field) => field !== undefined)
        .concat(model.properties);
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
