import { literalAsString } from '../json/json-text.ts';
import { Badge, Foreign } from './parts.tsx';
import { dayAndTime } from './time-words.ts';

const TIME_NAME = /(?:_at|_on|_date|_time|^date|^time|timestamp|created|birthday)$/i;
const INTEGER = /^\d{9,13}$/;
const SECONDS_MIN = 100_000_000;
const SECONDS_MAX = 4_102_444_800;
const MS_PER_SECOND = 1000;
const ISO_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)/;

/** A value as it is stored, with what it means where that is not plain to see. */
export function AttributeValue({ name, literal }: { readonly name: string; readonly literal: string }) {
  const text = literalAsString(literal);
  if (literal === 'true' || literal === 'false') return <Badge tone="quiet">{literal}</Badge>;
  if (text === '') return <span class="faint">empty</span>;
  return (
    <>
      {literal.startsWith('{') || literal.startsWith('[') ? <code>{text}</code> : <Foreign text={text} />}{' '}
      <Meaning name={name} literal={literal} />
    </>
  );
}

function Meaning({ name, literal }: { readonly name: string; readonly literal: string }) {
  const meaning = meaningOf(name, literal);
  if (meaning === undefined) return null;
  return meaning.isTrap ? (
    <Badge tone="warn">{meaning.text}</Badge>
  ) : (
    <span class="hint">{meaning.text}</span>
  );
}

/** A time in words; or why a value that looks like a time is none to Customer.io. */
function meaningOf(
  name: string,
  literal: string,
): { readonly text: string; readonly isTrap: boolean } | undefined {
  if (literal.startsWith('"')) {
    const isTrap = TIME_NAME.test(name) && ISO_TIME.test(literalAsString(literal));
    return isTrap ? { text: 'text: no date condition matches it', isTrap } : undefined;
  }
  const number = INTEGER.test(literal) ? Number(literal) : Number.NaN;
  if (
    number >= SECONDS_MIN * MS_PER_SECOND &&
    number <= SECONDS_MAX * MS_PER_SECOND &&
    number > SECONDS_MAX
  ) {
    const isTrap = TIME_NAME.test(name);
    return isTrap ? { text: 'milliseconds: no date condition matches it', isTrap } : undefined;
  }
  const isTime = TIME_NAME.test(name) && number >= SECONDS_MIN && number <= SECONDS_MAX;
  return isTime ? { text: dayAndTime(number * MS_PER_SECOND), isTrap: false } : undefined;
}
