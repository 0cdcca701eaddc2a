import type { CanonicalIdentifier } from '../contract/contract.ts';
import type { Fault } from '../shape/fault.ts';
import type { Cell } from '../shape/shape-value.ts';
import { type Holder, NOBODY, SEVERAL } from './claim-table.ts';
import type { IdentityIndex } from './identity-index.ts';
import type { KeyKind } from './key-hash.ts';
import { normaliseKey } from './normalise-key.ts';
import { personKey } from './person-key.ts';
import type { ReadPhone } from './phone.ts';

/** A column that names the person of a row, and the kind of key in it. */
export interface PersonColumn {
  readonly kind: KeyKind;
  readonly column: string;
  readonly index: number;
}

/** Whom a row speaks of. */
export type Resolution =
  /** Somebody, by the canonical identifier. */
  | { readonly outcome: 'person'; readonly person: string }
  /** Nobody has any of the keys that are given: an e-mail address, if one of them is one. */
  | {
      readonly outcome: 'nobody';
      readonly kind: KeyKind;
      readonly key: string;
      readonly email: string | undefined;
    }
  /** Several people have the key. */
  | { readonly outcome: 'several'; readonly kind: KeyKind }
  | { readonly outcome: 'fault'; readonly fault: Fault };

export interface ResolveOptions {
  readonly index: IdentityIndex;
  readonly canonical: CanonicalIdentifier;
  readonly readPhone: ReadPhone;
  /** The address that somebody has now instead of this one; itself for everybody else. */
  currentOf(person: string): string;
}

/**
 * Finds the person of a row: by the canonical identifier where it is given, else by the first of the other
 * keys, in the order of the contract, that belongs to somebody. A key that can not be read is a fault.
 */
export function resolvePerson(
  cells: readonly Cell[],
  columns: readonly PersonColumn[],
  options: ResolveOptions,
): Resolution {
  const given: { readonly kind: KeyKind; readonly key: string }[] = [];
  for (const { kind, column, index } of columns) {
    const cell = cells[index];
    if (cell === undefined) return fault('not_text', column);
    if (cell === null || cell.trim() === '') continue;
    const found =
      kind === options.canonical ? byCanonical(cell, column, options) : byKey(cell, kind, column, options);
    if (found.outcome !== 'nobody') return found;
    given.push(found);
  }
  const [first] = given;
  if (first === undefined) return fault('person_missing', columns[0]?.column);
  return { outcome: 'nobody', ...first, email: given.find(({ kind }) => kind === 'email')?.key };
}

/** What to call the person of a row, the same in all their rows, whether or not anybody knows them. */
export function personName(found: Resolution): string | undefined {
  switch (found.outcome) {
    case 'person':
      return found.person;
    case 'nobody':
      return found.email ?? `${found.kind}:${found.key}`;
    case 'several':
    case 'fault':
      return undefined;
  }
}

function byCanonical(cell: string, column: string, options: ResolveOptions): Resolution {
  const { index, canonical } = options;
  const checked = personKey(cell, canonical);
  if ('fault' in checked) return fault(checked.fault, column);
  if (canonical === 'id') return { outcome: 'person', person: index.survivorOf(checked.key) };
  const holder = index.find('email', checked.key);
  return holder === NOBODY
    ? { outcome: 'person', person: index.survivorOf(options.currentOf(checked.key)) }
    : held(holder, 'email', index);
}

function byKey(cell: string, kind: KeyKind, column: string, options: ResolveOptions): Resolution {
  const key = normaliseKey(kind, cell, options.readPhone);
  if (key === undefined) return fault(kind === 'email' ? 'not_an_email' : 'not_a_phone', column);
  const holder = options.index.find(kind, key);
  return holder === NOBODY
    ? { outcome: 'nobody', kind, key, email: undefined }
    : held(holder, kind, options.index);
}

function held(holder: Holder, kind: KeyKind, index: IdentityIndex): Resolution {
  return holder === SEVERAL
    ? { outcome: 'several', kind }
    : { outcome: 'person', person: index.persons.text(holder) };
}

function fault(code: Fault['code'], column: string | undefined): Resolution {
  return { outcome: 'fault', fault: { code, column } };
}
