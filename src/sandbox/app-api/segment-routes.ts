import { type Answer, appAnswer, appError } from '../http/answer.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { Route, RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { isJsonObject } from '../json/json-value.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Segment } from '../segments/segment.ts';
import { visibleCount, visibleMembers } from '../segments/segment-book.ts';
import { type AppHandler, guarded } from './app-route.ts';
import { withCustomer } from './customer-answer.ts';
import { cursorOf, type PageSize, readCursor, readLimit } from './page-query.ts';
import { identifiersView } from './person-view.ts';
import { segmentView } from './segment-view.ts';

const SEGMENT = '/v1/segments/:segment_id';
const MEMBERS_PER_PAGE: PageSize = { byDefault: 1000, max: 30_000 };
const DIGITS = /^\d{1,9}$/;

/** Segments, their members, and what depends on them (cases 109, 110). */
export const SEGMENT_ROUTES: readonly Route<AppHandler>[] = [
  {
    method: 'GET',
    pattern: '/v1/segments',
    summary: 'segments with their state',
    handle: guarded(listSegments),
  },
  {
    method: 'POST',
    pattern: '/v1/segments',
    summary: 'create a manual segment',
    handle: guarded(createSegment),
  },
  { method: 'GET', pattern: SEGMENT, summary: 'one segment', handle: withSegment(readSegment) },
  {
    method: 'DELETE',
    pattern: SEGMENT,
    summary: 'delete a manual segment',
    handle: withSegment(deleteSegment),
  },
  {
    method: 'GET',
    pattern: `${SEGMENT}/used_by`,
    summary: 'campaigns that use a segment',
    handle: withSegment(readUses),
  },
  {
    method: 'GET',
    pattern: `${SEGMENT}/customer_count`,
    summary: 'how many people are in a segment',
    handle: withSegment(countMembers),
  },
  {
    method: 'GET',
    pattern: `${SEGMENT}/membership`,
    summary: 'the people in a segment',
    handle: withSegment(listMembers),
  },
  {
    method: 'GET',
    pattern: '/v1/customers/:customer_id/segments',
    summary: 'segments of a person',
    handle: guarded(listSegmentsOfPerson),
  },
];

type SegmentHandler = (core: SandboxCore, segment: Segment, request: SandboxRequest) => Answer;

function withSegment(handler: SegmentHandler): AppHandler {
  return guarded((core, request, parameters) => {
    const text = parameters['segment_id'] ?? '';
    const segment = DIGITS.test(text) ? core.workspace.consequences().segments.get(Number(text)) : undefined;
    return segment === undefined ? appError(404, 'segment not found') : handler(core, segment, request);
  });
}

function listSegments(core: SandboxCore): Answer {
  const nowMs = core.clock.nowMs();
  const segments = core.workspace.consequences().segments.all();
  return appAnswer(200, JSON.stringify({ segments: segments.map((segment) => segmentView(segment, nowMs)) }));
}

function createSegment(core: SandboxCore, request: SandboxRequest): Answer {
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return appError(400, body.trouble);
  const wanted = isJsonObject(body.value) ? body.value['segment'] : undefined;
  const name = isJsonObject(wanted) ? wanted['name'] : undefined;
  const description = isJsonObject(wanted) ? (wanted['description'] ?? '') : '';
  if (typeof name !== 'string' || name.trim() === '') return appError(400, 'segment.name is required');
  if (typeof description !== 'string') return appError(400, 'segment.description must be a string');
  const nowMs = core.clock.nowMs();
  const consequences = core.workspace.consequences();
  if (consequences.segments.named(name) !== undefined) return appError(400, `segment name ${name} is taken`);
  const segment = consequences.addManualSegment(name, description, nowMs);
  return appAnswer(200, JSON.stringify({ segment: segmentView(segment, nowMs) }));
}

function readSegment(core: SandboxCore, segment: Segment): Answer {
  return appAnswer(200, JSON.stringify({ segment: segmentView(segment, core.clock.nowMs()) }));
}

/** Data-driven segments cannot be deleted by this call, nor can one that a campaign needs. */
function deleteSegment(core: SandboxCore, { definition }: Segment): Answer {
  const consequences = core.workspace.consequences();
  if (definition.type !== 'manual') return appError(400, 'only manual segments can be deleted');
  const users = consequences.dependentsOf(definition.id);
  if (users.length > 0) return appError(400, `the segment is used by ${users.join(', ')}`);
  consequences.segments.remove(definition.id);
  return { status: 204, headers: {}, body: '' };
}

function readUses(core: SandboxCore, { definition }: Segment): Answer {
  const used_by = {
    campaigns: core.workspace.consequences().campaignsUsing(definition.id),
    sent_newsletters: [],
    draft_newsletters: [],
  };
  return appAnswer(200, JSON.stringify({ segment_id: definition.id, used_by }));
}

function countMembers(core: SandboxCore, segment: Segment): Answer {
  const count = visibleCount(segment, core.clock.nowMs(), core.workspace.state().people.everCount);
  return appAnswer(200, JSON.stringify({ segment_id: segment.definition.id, count }));
}

/** `ids` is the older way to name people: empty text where a person has no id. */
function listMembers(core: SandboxCore, segment: Segment, request: SandboxRequest): Answer {
  const limit = readLimit(request.query.get('limit'), MEMBERS_PER_PAGE);
  const from = readCursor('member', request.query.get('start')) ?? 0;
  if (limit === undefined) return appError(400, `limit must be a number from 1 to ${MEMBERS_PER_PAGE.max}`);
  if (Number.isNaN(from)) return appError(400, 'start must be the next value of an earlier answer');
  const { people, next } = pageOf(core, segment, from, limit);
  const identifiers = people.map((person) => {
    const { email, ...rest } = identifiersView(core.workspace.state(), person);
    return core.workspace.switches.identifiers === 'id_only' ? rest : { email, ...rest };
  });
  const ids = people.map((person) => person.id ?? '');
  return appAnswer(200, JSON.stringify({ segment_id: segment.definition.id, ids, identifiers, next }));
}

function pageOf(core: SandboxCore, segment: Segment, from: number, limit: number) {
  const store = core.workspace.state().people;
  const serials: number[] = [];
  for (const serial of visibleMembers(segment, core.clock.nowMs(), store.everCount, from)) {
    serials.push(serial);
    if (serials.length > limit) break;
  }
  const page = serials.slice(0, limit);
  const next = serials.length > limit ? cursorOf('member', (page.at(-1) ?? 0) + 1) : '';
  return {
    people: page.map((serial) => store.bySerial(serial)).filter((person) => person !== undefined),
    next,
  };
}

function listSegmentsOfPerson(
  core: SandboxCore,
  request: SandboxRequest,
  parameters: RouteParameters,
): Answer {
  return withCustomer(core, request.query, parameters['customer_id'] ?? '', (person) => {
    const segments = core.workspace
      .consequences()
      .segments.of(person.serial)
      .map(({ definition: { id, name, description } }) => ({ id, name, description }));
    return appAnswer(200, JSON.stringify({ segments }));
  });
}
