import { literalAsString } from '../json/json-text.ts';
import { literalOf, literalsOf, setAtOf } from '../state/attribute-set.ts';
import { isUnsubscribed, type Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';

/** How the App API names a person: `cio_id` without its prefix; the phone is never among them. */
export interface PersonIdentifiers {
  readonly email: string | null;
  readonly id: string | null;
  readonly cio_id: string;
}

export function identifiersView(state: WorkspaceState, person: Person): PersonIdentifiers {
  return { email: person.email, id: person.id, cio_id: state.people.cioIdOf(person.serial) };
}

/** `customer` of the attribute calls: every value a string, as the documents say (case 99). */
export function customerView(state: WorkspaceState, person: Person) {
  return {
    id: person.id ?? '',
    identifiers: identifiersView(state, person),
    attributes: Object.fromEntries(attributeStrings(state, person)),
    timestamps: Object.fromEntries(attributeTimes(person)),
    unsubscribed: isUnsubscribed(literalOf(person.attributes, 'unsubscribed')),
    devices: state.devices
      .of(person.serial)
      .map(({ token, platform, lastUsed }) => ({ id: token, last_used: lastUsed, platform })),
  };
}

/** Every attribute with its value as text, identifiers among them. */
export function attributeStrings(
  state: WorkspaceState,
  person: Person,
): readonly (readonly [string, string])[] {
  const literals = literalsOf(person.attributes);
  return [
    ...(person.id === null ? [] : [['id', person.id] as const]),
    ...(person.email === null ? [] : [['email', person.email] as const]),
    ...(person.phone === null ? [] : [['phone', person.phone] as const]),
    ['cio_id', state.people.cioIdOf(person.serial)],
    ['_created_in_customerio_at', String(person.createdAt)],
    ...person.attributes.names.names.map((name, at) => [name, literalAsString(literals[at] ?? '')] as const),
  ];
}

function attributeTimes(person: Person): readonly (readonly [string, number])[] {
  return [
    ...(person.id === null ? [] : [['id', person.idSetAt] as const]),
    ...(person.email === null ? [] : [['email', person.emailSetAt] as const]),
    ...(person.phone === null ? [] : [['phone', person.phoneSetAt] as const]),
    ['cio_id', person.createdAt],
    ['_created_in_customerio_at', person.createdAt],
    ...person.attributes.names.names.map((name, at) => [name, setAtOf(person.attributes, at)] as const),
  ];
}
