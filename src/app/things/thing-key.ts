import type { ThingKey } from '../../core/customerio/thing-item.ts';
import type { Fragment } from '../../core/shape/fragment.ts';
import { GUEST_MARK } from '../people-locator.ts';

/** Stands first among the names of delivered values: what must be known to remove a thing whose row is gone. */
export const KEY_NAME = ':key';

const GUEST = 'guest';

/** The key as JSON. */
export function writeThingKey({ person, id, isGuest = false }: ThingKey): Fragment {
  if (person === undefined) return JSON.stringify([id]);
  return JSON.stringify([id ?? null, person, ...(isGuest ? [GUEST] : [])]);
}

export function readThingKey(fragment: Fragment): ThingKey {
  const [id, person, guest] = JSON.parse(fragment) as readonly (string | null)[];
  return { id: id ?? undefined, person: person ?? undefined, isGuest: guest === GUEST };
}

/** The text whose words stand for the thing in the state; where a person alone is the key, the person's own. */
export function thingText(key: ThingKey): string {
  const { person, id, isGuest = false } = key;
  if (id !== undefined || person === undefined) return writeThingKey(key);
  return isGuest ? GUEST_MARK + person : person;
}
