import type { ThingKey } from '../../core/customerio/thing-item.ts';
import type { Fragment } from '../../core/shape/fragment.ts';

/** Stands first among the names of delivered values: what must be known to remove a thing whose row is gone. */
export const KEY_NAME = ':key';

/** The key as JSON; also the text whose words stand for it in the state. */
export function writeThingKey({ person, id }: ThingKey): Fragment {
  return JSON.stringify(person === undefined ? [id] : [id ?? null, person]);
}

export function readThingKey(fragment: Fragment): ThingKey {
  const [id, person] = JSON.parse(fragment) as readonly (string | null)[];
  return { id: id ?? undefined, person: person ?? undefined };
}
