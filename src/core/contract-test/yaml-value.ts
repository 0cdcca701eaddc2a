import type { Field, FieldType } from '../contract/contract.ts';
import { impliedField, toTimeRule } from '../contract/field.ts';
import type { YamlFile, YamlPath } from '../contract/yaml-file.ts';
import { CLEAR, type Fragment } from '../shape/fragment.ts';
import { shapeValue } from '../shape/shape-value.ts';
import type { CellText } from './contract-test.ts';

/** A value of a test file, and where it stands. */
export interface PlacedValue {
  readonly yaml: YamlFile;
  readonly path: YamlPath;
  readonly value: unknown;
}

/** The cell that MySQL would write for a value. Numbers stay as they are written: 59.90 is not 59.9. */
export function cellText({ yaml, path, value }: PlacedValue): CellText {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number') return yaml.sourceAt(path) ?? String(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The JSON text that is to be sent for an expected value; times may be written for people. */
export function expectedFragment(placed: PlacedValue, type: FieldType | undefined): Fragment {
  const { value } = placed;
  if (value === null || value === undefined) return CLEAR;
  if (typeof value === 'number') return canonicalNumber(cellText(placed) ?? '');
  if (typeof value === 'string' && type === 'timestamp') return unixSeconds(value) ?? JSON.stringify(value);
  if (typeof value === 'string' && type !== undefined && NUMBERS.has(type)) return canonicalNumber(value);
  return JSON.stringify(value);
}

const NUMBERS: ReadonlySet<FieldType> = new Set(['integer', 'decimal']);

/** `2026-11-23T10:00:00Z` → 1795428000. Without a zone it is no time that could be compared. */
function unixSeconds(text: string): Fragment | undefined {
  if (!/^\d{4}-\d{2}-\d{2}[T ][\d:.]+ ?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const time = Date.parse(text.replace(' ', 'T').replace(' ', ''));
  return Number.isNaN(time) ? undefined : String(Math.floor(time / 1000));
}

const DECIMAL: Field = impliedField('number', 'number', 'decimal', {
  whenNull: 'reject',
  time: toTimeRule({}, 'UTC'),
});

/** The number as it would be sent, so that 59.90 and 59.9 are the same; other text stays a text. */
function canonicalNumber(text: string): Fragment {
  const shaped = shapeValue(text.replace(/^\+/, ''), DECIMAL);
  return typeof shaped === 'string' ? shaped : JSON.stringify(text);
}

/** True when both stand for the same JSON value, however it is written. */
export function isSameFragment(expected: Fragment, got: Fragment): boolean {
  return expected === got || canonical(expected) === canonical(got);
}

function canonical(fragment: Fragment): string {
  if (/^[-\d]/.test(fragment)) return canonicalNumber(fragment);
  return JSON.stringify(sorted(JSON.parse(fragment)));
}

/** Members of objects in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]));
}
