import { ATTRIBUTES_MAX, OBJECT_ATTRIBUTE_BYTES_MAX } from '../limits.ts';
import type { AttributeChange } from '../operation.ts';
import type { FailedAttribute } from '../state/activity.ts';
import { type AttributeSet, literalsOf } from '../state/attribute-set.ts';
import type { Writable } from './writable-changes.ts';

const TOO_MANY = `An object or relationship cannot have more than ${ATTRIBUTES_MAX} attributes.`;
const TOO_LARGE = `The attributes of an object or relationship cannot be larger than ${OBJECT_ATTRIBUTE_BYTES_MAX} bytes in all.`;

/** What of the changes an object or a relationship has room for, in the order they come. */
export function writableObjectChanges(changes: readonly AttributeChange[], present: AttributeSet): Writable {
  const literals = literalsOf(present);
  const held = new Map(present.names.names.map((name, at) => [name, literals[at] ?? '']));
  let bytes = [...held].reduce((sum, [name, literal]) => sum + bytesOf(name, literal), 0);
  const writable: AttributeChange[] = [];
  const failures: FailedAttribute[] = [];
  for (const change of changes) {
    const { name, literal } = change;
    const before = held.get(name);
    const more = bytesOf(name, literal) - (before === undefined ? 0 : bytesOf(name, before));
    const isSurplus = literal !== null && before === undefined && held.size >= ATTRIBUTES_MAX;
    if (isSurplus) failures.push({ name, literal, reason: TOO_MANY });
    else if (bytes + more > OBJECT_ATTRIBUTE_BYTES_MAX) failures.push({ name, literal, reason: TOO_LARGE });
    else {
      writable.push(change);
      bytes += more;
      if (literal === null) held.delete(name);
      else held.set(name, literal);
    }
  }
  return { changes: writable, failures };
}

/** A removal takes no room. */
function bytesOf(name: string, literal: string | null): number {
  return literal === null ? 0 : Buffer.byteLength(name) + Buffer.byteLength(literal);
}
