import type { Model } from '../contract/contract.ts';
import { ATTRIBUTE_VALUE_BYTES_MAX, IDENTIFIER_BYTES_MAX, ITEM_BYTES_MAX } from '../customerio/limits.ts';
import { type ColumnFacts, DISTINCT_MAX, type SightFacts } from './column-sight.ts';
import type { Remark } from './lint-finding.ts';
import { wordsOf } from './name-parts.ts';

/** From this share of a limit on, the next longer value may be refused. */
const NEAR_SHARE = 0.8;

/** Fewer rows than this say nothing about what a column holds. */
const VALUES_MIN = 20;

/** Texts of this average length are no longer something to compare with. */
const LONG_BYTES_AVERAGE = 300;

/** More choices than this nobody makes segments of. */
const CHOICES_MAX = 100;

/** Rules about what the rows hold; `facts` are what was seen while they were read. */
export function dataRemarks(model: Model, facts: SightFacts): readonly Remark[] {
  return [
    ...facts.columns.flatMap((column) => nearLimit(model, column)),
    ...facts.columns.flatMap(blob),
    ...facts.columns.flatMap(timeAsText),
    ...facts.columns.flatMap(manyValues),
    ...(model.kind === 'people' ? [] : largeEvent(facts)),
  ];
}

function nearLimit(model: Model, column: ColumnFacts): readonly Remark[] {
  const limit = limitOf(model, column);
  if (limit === undefined || column.bytesMax < limit * NEAR_SHARE) return [];
  return [
    {
      rule: 'near_limit',
      path: column.path,
      message: `\`${column.name}\` holds values of up to ${column.bytesMax} bytes; Customer.io takes ${limit}`,
      hint: 'Shorten it in the query: LEFT(column, 200) keeps the limit in every alphabet.',
    },
  ];
}

/** A property may be as long as its event; only attributes and identifiers have a limit of their own. */
function limitOf(model: Model, { type }: ColumnFacts): number | undefined {
  if (type === 'identifier') return IDENTIFIER_BYTES_MAX;
  return model.kind === 'people' ? ATTRIBUTE_VALUE_BYTES_MAX : undefined;
}

function largeEvent({ rowBytesMax }: SightFacts): readonly Remark[] {
  if (rowBytesMax < ITEM_BYTES_MAX * NEAR_SHARE) return [];
  const message = `some rows hold ${rowBytesMax} bytes; Customer.io takes events of ${ITEM_BYTES_MAX}`;
  const hint = 'Leave out or shorten long properties in the query.';
  return [{ rule: 'near_limit', path: ['properties'], message, hint }];
}

function blob({ type, values, documents, bytesTotal, name, path }: ColumnFacts): readonly Remark[] {
  if (type !== 'string' || values < VALUES_MIN) return [];
  const isDocument = documents > values / 2;
  const isLong = bytesTotal / values > LONG_BYTES_AVERAGE;
  if (!isDocument && !isLong) return [];
  const what = isDocument ? 'JSON or markup' : `texts of ${Math.round(bytesTotal / values)} bytes on average`;
  return [
    {
      rule: 'blob',
      path,
      message: `\`${name}\` holds ${what}`,
      hint: 'Send the few values that segments and messages use, each under a name of its own.',
    },
  ];
}

function timeAsText({ type, values, dates, name, path }: ColumnFacts): readonly Remark[] {
  if (type !== 'string' || values < VALUES_MIN || dates < values * 0.9) return [];
  const message = `\`${name}\` holds dates, and its type is string`;
  const hint = 'Declare it as timestamp or date: date conditions of segments never match text.';
  return [{ rule: 'time_as_text', path, message, hint }];
}

const CHOICE_NAMES = new Set(
  `brand category channel class country currency gender group kind language level locale method plan reason
   region segment source stage state status tier type`.split(/\s+/),
);

function manyValues({ type, distinct, name, path }: ColumnFacts): readonly Remark[] {
  if (type !== 'string' || distinct <= CHOICES_MAX || !CHOICE_NAMES.has(wordsOf(name).at(-1) ?? ''))
    return [];
  const number =
    distinct >= DISTINCT_MAX ? `${DISTINCT_MAX} different values and more` : `${distinct} different values`;
  return [
    {
      rule: 'high_cardinality',
      path,
      message: `\`${name}\` holds ${number}, too many to make segments of`,
      hint: 'Group them in the query, or check the join: an id or a free text may have got in.',
    },
  ];
}
