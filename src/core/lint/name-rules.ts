import { type EventMakingModel, type FieldType, type Model, makesEvents } from '../contract/contract.ts';
import type { LintSubject, Remark } from './lint-finding.ts';
import { type DeclaredField, declaredFields } from './model-fields.ts';
import { isSnakeCase, nameCore, PLACE_WORDS, snakeCase, wordsOf } from './name-parts.ts';
import { isPastTense } from './past-tense.ts';

/** Rules about how attributes, properties and events are called. */
export function nameRemarks({ model }: LintSubject): readonly Remark[] {
  const fields = declaredFields(model);
  return [
    ...fields.flatMap(({ field, path }) => caseRemark(field.name, path)),
    ...fields.flatMap((field) => ambiguousRemark(field, model.kind)),
    ...fields.flatMap(sensitiveRemark),
    ...twinRemarks(fields),
    ...(makesEvents(model) ? eventNameRemarks(model) : []),
  ];
}

function caseRemark(name: string, path: Remark['path']): readonly Remark[] {
  if (isSnakeCase(name)) return [];
  const better = snakeCase(name);
  return [
    {
      rule: 'snake_case',
      path,
      message: `\`${name}\` is not written in snake_case`,
      hint: isSnakeCase(better) ? `Call it \`${better}\`.` : 'Use a-z, 0-9 and _, beginning with a letter.',
    },
  ];
}

function eventNameRemarks({ event }: EventMakingModel): readonly Remark[] {
  const remarks = caseRemark(event, ['event']);
  const words = wordsOf(event).filter((word) => !/^v?\d+$/.test(word));
  const [first = '', ...rest] = words;
  if (rest.some(isPastTense)) return remarks;
  const isTurned = isPastTense(first) && rest.length > 0;
  const hint = isTurned
    ? `Noun first: \`${[...rest, first].join('_')}\`.`
    : 'Say what has happened to what: `order_placed`, `cart_abandoned`, `subscription_canceled`.';
  const message = `the event \`${event}\` is not called noun_verb in the past`;
  return [...remarks, { rule: 'event_tense', path: ['event'], message, hint }];
}

/** Words that say of nothing what it is, when they stand alone as an attribute. */
const BARE_WORDS = new Set(
  `active amount balance category count data date enabled flag group info kind level number order orders
   price product purchase score segment state status tier time total type value`.split(/\s+/),
);

/** With these a name that begins with a place word is complete. */
const COMPLETE_SECOND_WORDS = new Set(['name', 'initial', 'initials', 'names']);

/** What could complete a name, by the type of its values. */
const ENDINGS: Readonly<Record<FieldType, readonly string[]>> = {
  string: ['id', 'category', 'status'],
  integer: ['count', 'value'],
  decimal: ['value', 'amount'],
  boolean: ['was_…'],
  timestamp: ['at'],
  date: ['date'],
  string_list: ['categories', 'ids'],
  json: ['details'],
  email: ['email'],
  phone: ['phone'],
};

function ambiguousRemark({ field, path }: DeclaredField, kind: Model['kind']): readonly Remark[] {
  const words = wordsOf(field.name);
  const [first = '', second = ''] = words;
  const remark = (message: string, hint: string): readonly Remark[] => [
    { rule: 'ambiguous_name', path, message, hint },
  ];
  if (words.length === 2 && PLACE_WORDS.has(first) && !COMPLETE_SECOND_WORDS.has(second)) {
    const names = ENDINGS[field.type].map((ending) => `\`${snakeCase(field.name)}_${ending}\``);
    const hint = `Say what it is: ${names.join(' or ')}.`;
    return remark(`\`${field.name}\` does not say whether it is a time, an amount or a thing`, hint);
  }
  // Within an event, the event says what a status or an amount belongs to.
  if (kind !== 'people' || words.length !== 1 || !BARE_WORDS.has(first)) return [];
  return remark(
    `\`${field.name}\` does not say of what`,
    `Name the thing: \`subscription_${first}\`, \`order_${first}\`.`,
  );
}

const SENSITIVE =
  /(^|_)(password|passwd|pwd|secret|pin_code|cvv|cvc|iban|bic|ssn|tax_id|passport(_number)?|card_number|account_number|credit_card|(auth|access|refresh|api|session|reset)_(token|key))(_|$)/;

function sensitiveRemark({ field, path }: DeclaredField): readonly Remark[] {
  if (!SENSITIVE.test(snakeCase(field.name)) || field.type === 'boolean') return [];
  const message = `\`${field.name}\` looks like something that should not leave the shop`;
  const hint = 'Send what a journey needs to know of it (`has_card_on_file`), not the value.';
  return [{ rule: 'sensitive_name', path, message, hint }];
}

function twinRemarks(fields: readonly DeclaredField[]): readonly Remark[] {
  return twinsOf(fields.map((declared) => ({ name: declared.field.name, declared }))).map(
    ({ name, declared, earlier }) => ({
      rule: 'twin_names',
      path: declared.path,
      message: `\`${name}\` and \`${earlier}\` are easily taken for each other`,
      hint: 'Keep one of them, or say in the names how they differ.',
    }),
  );
}

/** Names that differ from an earlier one only in how they are written. */
export function twinsOf<T extends { readonly name: string }>(
  named: readonly T[],
): readonly (T & { readonly earlier: string })[] {
  const first = new Map<string, string>();
  return named.flatMap((item) => {
    const core = nameCore(item.name);
    const earlier = first.get(core);
    if (earlier === undefined) first.set(core, item.name);
    return earlier === undefined || earlier === item.name ? [] : [{ ...item, earlier }];
  });
}
