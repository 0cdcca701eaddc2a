import { literalAsString } from '../json/json-text.ts';
import { literalOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';

/** People on one page. */
const PAGE_SIZE = 50;
/** People looked at for one page of a search: about a tenth of a second. */
const SCANNED_MAX = 250_000;

export interface FoundPeople {
  readonly people: readonly Person[];
  /** Where to go on: only people with a smaller serial. Undefined at the end. */
  readonly next: number | undefined;
  /** The search paused before a page was full; `next` goes on with it. */
  readonly isPaused: boolean;
}

/** The newest people first who have the text in an identifier or a value; all people where it is empty. */
export function findPeople(state: WorkspaceState, text: string, before: number | undefined): FoundPeople {
  const isMatch = matcherOf(state, text.trim());
  const start = Math.min(before ?? state.people.everCount, state.people.everCount) - 1;
  const last = Math.max(0, start - SCANNED_MAX + 1);
  const people: Person[] = [];
  let at = start;
  for (; at >= last && people.length < PAGE_SIZE; at -= 1) {
    const person = state.people.bySerial(at);
    if (person?.status === 'live' && isMatch(person)) people.push(person);
  }
  const isMore = hasMore(state, isMatch, at, last);
  return { people, next: isMore ? at + 1 : undefined, isPaused: isMore && people.length < PAGE_SIZE };
}

/** Whether another page would show anybody; looks no further than this page may. */
function hasMore(
  state: WorkspaceState,
  isMatch: (person: Person) => boolean,
  from: number,
  last: number,
): boolean {
  for (let at = from; at >= last; at -= 1) {
    const person = state.people.bySerial(at);
    if (person?.status === 'live' && isMatch(person)) return true;
  }
  return last > 0;
}

const ATTRIBUTE_SEARCH = /^([^\s=:]+)\s*[=:]\s*(.+)$/;

/** `plan=pro` asks for a value of one attribute; anything else is looked for everywhere. */
function matcherOf(state: WorkspaceState, text: string): (person: Person) => boolean {
  if (text === '') return () => true;
  const byCioId = state.people.byCioId(text.replace(/^cio_/, ''));
  const lower = text.toLowerCase();
  const [, name = '', value = ''] = ATTRIBUTE_SEARCH.exec(text) ?? [];
  const wanted = value.toLowerCase();
  return (person) =>
    person === byCioId || holdsAnywhere(person, lower) || (name !== '' && hasValue(person, name, wanted));
}

function holdsAnywhere({ id, email, phone, attributes }: Person, lower: string): boolean {
  return (
    id?.toLowerCase().includes(lower) === true ||
    email?.toLowerCase().includes(lower) === true ||
    phone?.includes(lower) === true ||
    attributes.packed.toLowerCase().includes(lower)
  );
}

function hasValue({ attributes }: Person, name: string, wanted: string): boolean {
  const literal = literalOf(attributes, name);
  return literal !== undefined && literalAsString(literal).toLowerCase() === wanted;
}
