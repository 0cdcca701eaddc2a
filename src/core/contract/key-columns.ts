import type { CanonicalIdentifier, KeyColumn } from './contract.ts';

/** Columns that name a person, the canonical identifier first. */
export function keyColumns(
  person: Readonly<Record<string, string | readonly string[] | undefined>>,
  canonical: CanonicalIdentifier,
): readonly KeyColumn[] {
  const all = Object.entries(person).flatMap(([kind, columns]) =>
    [columns ?? []].flat().map((column) => ({ kind, column })),
  );
  return [...all.filter(({ kind }) => kind === canonical), ...all.filter(({ kind }) => kind !== canonical)];
}
