import type { CanonicalIdentifier, PeopleModel } from '../contract/contract.ts';
import type { GonePolicy } from '../contract/removed.ts';
import { CLEAR, type Fragment, KEEP } from '../shape/fragment.ts';

/** An attribute of somebody who is gone, and what it would be. */
export interface GoneChange {
  readonly attribute: string;
  readonly before: Fragment;
  readonly after: Fragment;
}

/** What the policy changes for somebody with these delivered values (in the order of the model's attributes). */
export function goneChanges(
  { attributes, keys }: PeopleModel,
  policy: GonePolicy,
  delivered: readonly Fragment[],
): readonly GoneChange[] {
  const values = policy.action === 'set' ? new Map(policy.values) : undefined;
  return attributes.flatMap(({ name }, index) => {
    const before = delivered[index] ?? KEEP;
    const isIdentifier = keys.some(({ kind }) => kind === name);
    const after = values === undefined ? CLEAR : (values.get(name) ?? before);
    const isIdle = before === after || (before === KEEP && after === CLEAR);
    return isIdentifier || isIdle ? [] : [{ attribute: name, before, after }];
  });
}

/** Changes a profile that is there, and makes none: `_update`. */
export function gonePersonItem(
  canonical: CanonicalIdentifier,
  person: string,
  changes: readonly GoneChange[],
): string {
  const pairs = changes.map(({ attribute, after }) => `,${JSON.stringify(attribute)}:${after}`).join('');
  return `{"type":"person","action":"identify","identifiers":{"${canonical}":${JSON.stringify(person)}},"attributes":{"_update":true${pairs}}}`;
}
