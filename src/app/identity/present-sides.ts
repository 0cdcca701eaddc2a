import type { IdentifierType, ProfileIdentifiers } from '../../core/customerio/profile.ts';
import { type MergeSide, sideText } from '../../core/identity/merge-plan.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';

/** Those of the profiles that Customer.io has, as `sideText` writes them. */
export async function presentSides(
  profiles: Pick<ProfileReader, 'profiles'>,
  sides: readonly MergeSide[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const kind of ['id', 'email', 'cio_id'] as const) {
    const values = sides
      .filter((side) => kind in side)
      .map((side) => [sideText(side), givenBy(side)] as const);
    if (values.length === 0) continue;
    // One kind after the other: they share the pace at which Customer.io may be asked.
    const people = await profiles.profiles(
      values.map(([, value]) => value),
      kind,
    );
    const there = new Set(people.map(({ identifiers }) => formOf(kind, identifierOf(kind, identifiers))));
    for (const [text, value] of values) if (there.has(formOf(kind, value))) found.add(text);
  }
  return found;
}

function givenBy(side: MergeSide): string {
  return String(Object.values(side)[0]);
}

function identifierOf(kind: IdentifierType, identifiers: ProfileIdentifiers): string {
  return (kind === 'cio_id' ? identifiers.cioId : identifiers[kind]) ?? '';
}

/** Customer.io tells upper from lower case in ids, and not in addresses. */
function formOf(kind: IdentifierType, value: string): string {
  return kind === 'email' ? value.toLowerCase() : value;
}
