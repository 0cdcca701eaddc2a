import type { EventMakingModel, FieldType } from '../contract/contract.ts';
import { tokenizeSql } from '../sql/sql-tokens.ts';
import type { LintSubject, Remark } from './lint-finding.ts';
import { type DeclaredField, declaredFields } from './model-fields.ts';
import { nameCore, PLACE_WORDS, snakeCase, wordsOf } from './name-parts.ts';
import { isPastTense } from './past-tense.ts';

/** Rules about what an attribute, a property or an event is, compared with how it is called. */
export function shapeRemarks({ model, eventCores }: LintSubject): readonly Remark[] {
  const fields = declaredFields(model);
  return [
    ...fields.flatMap(timeRemarks),
    ...fields.flatMap(booleanRemark),
    ...fields.flatMap(blobRemark),
    ...fields.flatMap(unitRemark),
    ...(model.kind === 'people' ? fields.flatMap((field) => momentRemark(field, eventCores)) : []),
    ...(model.kind === 'event' ? stateRemarks(model) : []),
    ...(model.kind === 'people' ? fields.flatMap(specialRemark) : []),
    ...(model.means === undefined ? [meansRemark([], 'the model')] : []),
    ...(model.kind === 'people' ? fields.flatMap(fieldMeansRemark) : []),
  ];
}

const lastWord = (name: string): string => wordsOf(name).at(-1) ?? '';

/** Last words that promise a time, and the types that keep the promise. */
const TIME_WORDS: ReadonlyMap<string, readonly FieldType[]> = new Map([
  ['at', ['timestamp']],
  ['date', ['timestamp', 'date']],
  ['day', ['timestamp', 'date']],
]);

const TIME_NAMES = new Set('at birthday date day dob expires on since time until'.split(' '));

function timeRemarks({ field, path }: DeclaredField): readonly Remark[] {
  const last = lastWord(field.name);
  const wanted = TIME_WORDS.get(last);
  if (wanted !== undefined && wordsOf(field.name).length > 1 && !wanted.includes(field.type)) {
    const message = `\`${field.name}\` promises a time, and its type is ${field.type}`;
    const hint = `Declare it as ${wanted.join(' or ')}: date conditions of segments understand nothing else.`;
    return [{ rule: 'time_type', path, message, hint }];
  }
  if (field.type !== 'timestamp' || TIME_NAMES.has(last)) return [];
  const message = `\`${field.name}\` is a timestamp, and its name does not say so`;
  return [{ rule: 'time_name', path, message, hint: `Call it \`${snakeCase(field.name)}_at\`.` }];
}

const BOOLEAN_NAME = /^(is|has|was|can|wants)_|_(opt_in|opted_in|consent)$/;

function booleanRemark({ field, path }: DeclaredField): readonly Remark[] {
  if (!BOOLEAN_NAME.test(field.name) || field.type === 'boolean') return [];
  const message = `\`${field.name}\` promises yes or no, and its type is ${field.type}`;
  return [
    { rule: 'boolean_type', path, message, hint: 'Declare it as boolean; the column must hold 0 or 1.' },
  ];
}

const BLOB_NAME = /(^|_)(json|blob|html|xml|payload|metadata|serialized|raw)$/;

function blobRemark({ field, path }: DeclaredField): readonly Remark[] {
  if (field.type !== 'string' || !BLOB_NAME.test(field.name)) return [];
  const message = `\`${field.name}\` looks like a whole document sent as one text`;
  const hint =
    path[0] === 'attributes'
      ? 'Send the few values that segments use, each as an attribute of its own.'
      : 'Send the values that campaigns use; a structure goes into a property of type json.';
  return [{ rule: 'blob', path, message, hint }];
}

const MONEY_WORDS = new Set(
  'amount balance fee ltv paid price refunded revenue spend spending spent subtotal value'.split(' '),
);

function unitRemark({ field, path }: DeclaredField): readonly Remark[] {
  const isNumber = field.type === 'decimal' || field.type === 'integer';
  if (!isNumber || field.unit !== undefined) return [];
  if (!wordsOf(field.name).some((word) => MONEY_WORDS.has(word))) return [];
  const message = `\`${field.name}\` looks like an amount, and its unit is not said`;
  return [{ rule: 'unit_missing', path, message, hint: 'Add `unit: EUR`, or what it is counted in.' }];
}

/**
 * `cart_abandoned` as a time is a moment, and so is whatever is called like an event of the contract.
 * As a boolean (`email_verified`) it is usually a state.
 */
function momentRemark({ field, path }: DeclaredField, eventCores: ReadonlySet<string>): readonly Remark[] {
  const words = wordsOf(field.name);
  const isPast = words.length > 1 && isPastTense(words.at(-1) ?? '');
  const isMoment = field.type === 'timestamp' && isPast && !PLACE_WORDS.has(words[0] ?? '');
  if (!isMoment && !eventCores.has(nameCore(field.name))) return [];
  const message = `\`${field.name}\` is called like something that happens`;
  const hint = `Send the moment as an event; as an attribute call it \`last_${field.name}_at\` or \`is_…\`.`;
  return [{ rule: 'moment_as_attribute', path, message, hint }];
}

const STATE_NAME =
  /^(is|has|can)_|(^|_)(active|balance|count|inactive|level|list|segment|snapshot|state|status|summary|tier|total)$/;

/** `NOW() AS paid_at`: the row has no time of its own. */
const TIME_OF_READING =
  /(?:\b(?:now|current_timestamp|utc_timestamp|sysdate|curdate|current_date|utc_date)\s*(?:\(\s*\d*\s*\))?|:now(?:_utc)?)\s+as\s+`?([\w$]+)`?/gi;

function stateRemarks(model: EventMakingModel): readonly Remark[] {
  const remark = (path: Remark['path'], message: string, hint: string): Remark => ({
    rule: 'state_as_event',
    path,
    message,
    hint,
  });
  const isState = STATE_NAME.test(model.event);
  const time = model.kind === 'event' ? model.occurredAt : model.lastActivityAt;
  const isOfNow = time !== undefined && columnsOfNow(model.sql).includes(time.column.toLowerCase());
  return [
    ...(isState
      ? [
          remark(
            ['event'],
            `the event \`${model.event}\` is called like a state`,
            'Send the state as an attribute, and the moment when it changes as an event.',
          ),
        ]
      : []),
    ...(isOfNow
      ? [
          remark(
            [time.name],
            `\`${time.column}\` is the time of reading, not of the event`,
            'Use the column that says when it happened; without one this is a state, and belongs into an attribute.',
          ),
        ]
      : []),
  ];
}

function columnsOfNow(sql: string): readonly string[] {
  const code = tokenizeSql(sql).map((token) => (token.kind === 'comment' ? ' ' : token.text));
  return [...code.join('').matchAll(TIME_OF_READING)].map((match) => (match[1] ?? '').toLowerCase());
}

/** Attributes that Customer.io gives a meaning to, and the type it expects. Source: its reserved attributes page. */
const SPECIAL_TYPES: ReadonlyMap<string, { readonly type: FieldType; readonly reads: string }> = new Map([
  ['created_at', { type: 'timestamp', reads: 'as unix seconds: when the person came to you' }],
  ['timezone', { type: 'string', reads: 'as an IANA zone like Europe/Berlin' }],
]);

function specialRemark({ field, path }: DeclaredField): readonly Remark[] {
  const special = SPECIAL_TYPES.get(field.name.toLowerCase());
  if (special === undefined || special.type === field.type) return [];
  const message = `Customer.io reads \`${field.name}\` ${special.reads}`;
  return [
    { rule: 'special_name', path, message, hint: `Declare it as ${special.type}, or choose another name.` },
  ];
}

function fieldMeansRemark({ field, path }: DeclaredField): readonly Remark[] {
  return field.means === undefined && !SELF_EVIDENT.has(field.name)
    ? [meansRemark(path, `\`${field.name}\``)]
    : [];
}

/** Nobody asks what these are. */
const SELF_EVIDENT = new Set(
  'first_name last_name full_name name city country language locale timezone'.split(' '),
);

function meansRemark(path: Remark['path'], what: string): Remark {
  return {
    rule: 'means_missing',
    path,
    message: `${what} does not say what it means`,
    hint: 'Add `means:` with one sentence; the dictionary is made from it.',
  };
}
