import { type Answer, appAnswer, appError } from '../http/answer.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { isJsonObject } from '../json/json-value.ts';
import { PEOPLE_PER_PAGE } from '../limits.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Person } from '../state/person.ts';
import { cursorOf, readCursor, readLimit } from './page-query.ts';
import { readPeopleFilter } from './people-filter.ts';
import { identifiersView } from './person-view.ts';
import { segmentLookup } from './segment-lookup.ts';

const LIST = 'people';

/** People whom a filter fits, the oldest first, in pages (case 105). */
export function searchPeople(core: SandboxCore, request: SandboxRequest): Answer {
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return appError(400, body.trouble);
  const limit = readLimit(request.query.get('limit'), PEOPLE_PER_PAGE);
  if (limit === undefined) return appError(400, `limit must be a number from 1 to ${PEOPLE_PER_PAGE.max}`);
  const after = readCursor(LIST, request.query.get('start')) ?? -1;
  if (Number.isNaN(after)) return appError(400, 'start must be the next value of an earlier answer');
  const state = core.workspace.state();
  const filter = isJsonObject(body.value) ? body.value['filter'] : undefined;
  const test = readPeopleFilter(filter, state, segmentLookup(core));
  if (test.value === undefined) return appError(400, test.problems.map(({ message }) => message).join('; '));
  const found: Person[] = [];
  for (const person of state.people.liveAfter(after)) {
    if (!test.value(person)) continue;
    found.push(person);
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const identifiers = page.map((person) => identifiersView(state, person));
  const next = found.length > limit ? cursorOf(LIST, page.at(-1)?.serial ?? 0) : '';
  // An id that a person does not have is an empty text in this older list.
  return appAnswer(200, JSON.stringify({ identifiers, ids: identifiers.map(({ id }) => id ?? ''), next }));
}
