import type { AttributeChange } from '../operation.ts';
import type { NameList } from './name-list.ts';

/** JSON text has no raw control characters, so this cannot occur in a literal. */
const SEPARATOR = '\u001f';

/**
 * A person's attributes, made for a million people in memory: shared names, all values in one string,
 * and one time where all attributes were set together. Values are JSON text, so no digit is lost.
 */
export interface AttributeSet {
  readonly names: NameList;
  readonly packed: string;
  /** Unix seconds at which each attribute was set; a single number where all are the same. */
  readonly setAt: number | readonly number[];
}

/** One attribute that changed: JSON literals before and after; null where there was or is none. */
export interface AttributeDifference {
  readonly name: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface AttributeUpdate {
  readonly attributes: AttributeSet;
  readonly differences: readonly AttributeDifference[];
}

export function packLiterals(literals: readonly string[]): string {
  return literals.join(SEPARATOR);
}

export function unpackLiterals(packed: string, count: number): readonly string[] {
  return count === 0 ? [] : packed.split(SEPARATOR);
}

export function literalsOf(attributes: AttributeSet): readonly string[] {
  return unpackLiterals(attributes.packed, attributes.names.length);
}

export function literalOf(attributes: AttributeSet, name: string): string | undefined {
  const position = attributes.names.positionOf(name);
  return position === undefined ? undefined : literalsOf(attributes)[position];
}

export function setAtOf(attributes: AttributeSet, position: number): number {
  return typeof attributes.setAt === 'number' ? attributes.setAt : (attributes.setAt[position] ?? 0);
}

export function noAttributes(root: NameList): AttributeSet {
  return { names: root, packed: '', setAt: 0 };
}

/** The attributes of a new person: every value that is not a removal. */
export function firstAttributes(
  root: NameList,
  changes: readonly AttributeChange[],
  at: number,
): AttributeSet {
  const literals: string[] = [];
  let names = root;
  for (const { name, literal } of changes) {
    if (literal === null) continue;
    names = names.with(name);
    literals.push(literal);
  }
  return { names, packed: packLiterals(literals), setAt: at };
}

/**
 * Sets, replaces and removes; names that are new come last, and each change counts as set at `at`.
 * No name may occur twice among the changes.
 */
export function changeAttributes(
  root: NameList,
  attributes: AttributeSet,
  changes: readonly AttributeChange[],
  at: number,
): AttributeUpdate {
  const literals: (string | null)[] = [...literalsOf(attributes)];
  const setAt = literals.map((_, position) => setAtOf(attributes, position));
  const differences: AttributeDifference[] = [];
  let names = attributes.names;
  for (const { name, literal } of changes) {
    const position = attributes.names.positionOf(name) ?? literals.length;
    const from = literals[position] ?? null;
    if (from !== literal) differences.push({ name, from, to: literal });
    if (position === literals.length && literal === null) continue;
    if (position === literals.length) names = names.with(name);
    literals[position] = literal;
    setAt[position] = at;
  }
  return { attributes: compact(root, names, literals, setAt), differences };
}

function compact(
  root: NameList,
  names: NameList,
  literals: readonly (string | null)[],
  setAt: readonly number[],
): AttributeSet {
  const kept = literals.filter((literal) => literal !== null);
  const keptAt = setAt.filter((_, position) => literals[position] !== null);
  const first = keptAt[0] ?? 0;
  return {
    names: kept.length === literals.length ? names : namesKept(root, names, literals),
    packed: packLiterals(kept),
    setAt: keptAt.every((at) => at === first) ? first : keptAt,
  };
}

function namesKept(root: NameList, names: NameList, literals: readonly (string | null)[]): NameList {
  return names.names
    .filter((_, position) => literals[position] !== null)
    .reduce((list, name) => list.with(name), root);
}
