import { type Field, type Model, makesEvents } from '../contract/contract.ts';
import type { YamlPath } from '../contract/yaml-file.ts';
import { DEVICE_FIELDS } from '../customerio/thing-item.ts';

/** An attribute or property, and where the file declares it. */
export interface DeclaredField {
  readonly field: Field;
  readonly path: YamlPath;
}

/** Key of the YAML file under which a kind declares what it sends. */
export function fieldsPart(model: Model): 'attributes' | 'properties' {
  return makesEvents(model) ? 'properties' : 'attributes';
}

/** Everything that the file declares by name; identifiers, which have their place under `person`, are left out. */
export function declaredFields(model: Model): readonly DeclaredField[] {
  const part = fieldsPart(model);
  return fieldsOf(model).map((field) => ({ field, path: [part, field.name] }));
}

function fieldsOf(model: Model): readonly Field[] {
  switch (model.kind) {
    case 'people':
      return [
        ...model.attributes.filter(({ name }) => !IDENTIFIERS.has(name)),
        ...model.consents.map(({ answer }) => answer),
      ];
    case 'event':
    case 'abandonment':
      return model.properties;
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return model.attributes.filter(({ name }) => !(model.kind === 'devices' && DEVICE_FIELDS.has(name)));
    case 'identities':
      return [];
  }
}

/** No attribute may be declared under these names, so that one that has it comes from `person`. */
const IDENTIFIERS = new Set(['id', 'email', 'phone', 'anonymous_id']);
