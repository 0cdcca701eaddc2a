import { type Checked, invalid, problemsOf, refused, required, sound } from '../checks/problem.ts';
import { jsonText, literalAsString } from '../json/json-text.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { FILTER_CONDITIONS_MAX } from '../limits.ts';
import { literalOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';

export type PersonTest = (person: Person) => boolean;

/** Who is in a segment; undefined: there is no such segment. */
export type SegmentLookup = (segmentId: number) => PersonTest | undefined;

interface FilterContext {
  readonly state: WorkspaceState;
  readonly segments: SegmentLookup;
  /** Counted while reading: a filter is tried on every person. */
  conditionsLeft: number;
}

/** The filter of a search as a test of one person: and, or, not, segment, attribute (case 105). */
export function readPeopleFilter(
  filter: JsonValue | undefined,
  state: WorkspaceState,
  segments: SegmentLookup,
  field = 'filter',
): Checked<PersonTest> {
  if (filter === undefined) return refused([required(field)]);
  return readCondition(filter, field, { state, segments, conditionsLeft: FILTER_CONDITIONS_MAX });
}

type ReadCondition = (value: JsonValue, field: string, context: FilterContext) => Checked<PersonTest>;

const CONDITIONS: ReadonlyMap<string, ReadCondition> = new Map<string, ReadCondition>([
  ['and', (value, field, context) => readGroup(value, field, context, allOf)],
  ['or', (value, field, context) => readGroup(value, field, context, anyOf)],
  ['not', readNot],
  ['segment', readSegment],
  ['attribute', readAttribute],
]);

/** One key says what the condition is. */
function readCondition(value: JsonValue, field: string, context: FilterContext): Checked<PersonTest> {
  if (!isJsonObject(value)) return refused([invalid(field, `${field} must be an object`)]);
  const [name, second] = Object.keys(value);
  const read = name === undefined ? undefined : CONDITIONS.get(name);
  if (name === undefined || read === undefined || second !== undefined) {
    return refused([invalid(field, `${field} must hold one of ${[...CONDITIONS.keys()].join(', ')}`)]);
  }
  context.conditionsLeft -= 1;
  if (context.conditionsLeft < 0) {
    return refused([invalid(field, `a filter cannot have more than ${FILTER_CONDITIONS_MAX} conditions`)]);
  }
  return read(value[name] ?? null, `${field}.${name}`, context);
}

function readGroup(
  value: JsonValue,
  field: string,
  context: FilterContext,
  combine: (tests: readonly PersonTest[]) => PersonTest,
): Checked<PersonTest> {
  if (!isJsonArray(value) || value.length === 0)
    return refused([invalid(field, `${field} must be an array of conditions`)]);
  const parts = value.map((part, index) => readCondition(part, `${field}[${index}]`, context));
  const problems = problemsOf(...parts);
  if (problems.length > 0) return refused(problems);
  return sound(combine(parts.map((part) => part.value).filter((test) => test !== undefined)));
}

function allOf(tests: readonly PersonTest[]): PersonTest {
  return (person) => tests.every((test) => test(person));
}

function anyOf(tests: readonly PersonTest[]): PersonTest {
  return (person) => tests.some((test) => test(person));
}

function readNot(value: JsonValue, field: string, context: FilterContext): Checked<PersonTest> {
  const condition = readCondition(value, field, context);
  const test = condition.value;
  return test === undefined ? refused(condition.problems) : sound((person) => !test(person));
}

function readSegment(value: JsonValue, field: string, { segments }: FilterContext): Checked<PersonTest> {
  const id = isJsonObject(value) ? value['id'] : undefined;
  if (typeof id !== 'number') return refused([invalid(`${field}.id`, `${field}.id must be a number`)]);
  const isMember = segments(id);
  return isMember === undefined
    ? refused([invalid(`${field}.id`, `there is no segment ${id}`)])
    : sound(isMember);
}

function readAttribute(value: JsonValue, field: string, { state }: FilterContext): Checked<PersonTest> {
  if (!isJsonObject(value)) return refused([invalid(field, `${field} must be an object`)]);
  const name = value['field'];
  if (typeof name !== 'string' || name === '')
    return refused([invalid(`${field}.field`, `${field}.field must be the name of an attribute`)]);
  switch (value['operator']) {
    case 'exists':
      return sound((person) => attributeText(state, person, name) !== undefined);
    case 'eq':
      return readEqual(value, field, (person) => attributeText(state, person, name));
    default:
      return refused([invalid(`${field}.operator`, `${field}.operator must be eq or exists`)]);
  }
}

/** Values are stored and compared as text, without regard to case. */
function readEqual(
  condition: JsonObject,
  field: string,
  textOf: (person: Person) => string | undefined,
): Checked<PersonTest> {
  const value = condition['value'];
  const isScalar = value !== undefined && value !== null && !isJsonObject(value) && !isJsonArray(value);
  if (!isScalar) return refused([invalid(`${field}.value`, `${field}.value must be given to compare with`)]);
  const wanted = literalAsString(jsonText(value)).toLowerCase();
  return sound((person) => textOf(person)?.toLowerCase() === wanted);
}

function attributeText(state: WorkspaceState, person: Person, name: string): string | undefined {
  switch (name) {
    case 'id':
      return person.id ?? undefined;
    case 'email':
      return person.email ?? undefined;
    case 'cio_id':
      return state.people.cioIdOf(person.serial);
    case '_created_in_customerio_at':
      return String(person.createdAt);
    default:
      return name === 'phone' && person.phone !== null
        ? person.phone
        : storedText(literalOf(person.attributes, name));
  }
}

function storedText(literal: string | undefined): string | undefined {
  return literal === undefined ? undefined : literalAsString(literal);
}
