import { type Answer, ndjson, plainJson } from '../http/answer.ts';
import type { Route } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';
import { ADMIN_PREFIX, type AdminHandler, bodyOf } from './admin-call.ts';
import { define, findSegment, journeysOf, messagesOf, setCampaign } from './consequence-calls.ts';
import { campaignReadings, memberIdentifiers, segmentReading } from './consequence-views.ts';

const DIGITS = /^\d{1,9}$/;

/** What follows from what people are and do: definitions, members, journeys, messages. */
export const CONSEQUENCE_ROUTES: readonly Route<AdminHandler>[] = [
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/definitions`,
    summary: 'add segments, campaigns and webhooks, or replace those with the same id',
    handle: postDefinitions,
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/segments`,
    summary: 'segments with their counts, one a line',
    handle: (core) => ndjson(segmentLines(core)),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/segment_members`,
    summary: 'members of a segment, one a line; `?segment=` names it by id or name',
    handle: listMembers,
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/campaigns`,
    summary: 'campaigns with counts of journeys and messages, one a line',
    handle: (core) => ndjson(textsOf(campaignReadings(core))),
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/campaigns`,
    summary: 'start or stop a campaign: `{"id": 1, "state": "running"}`',
    handle: postCampaign,
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/journeys`,
    summary: 'journeys, one a line; `?campaign=` picks those of one campaign',
    handle: (core, request) => ndjson(textsOf(journeysOf(core, campaignIn(request)))),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/messages`,
    summary: 'messages that would have been sent, one a line; `?campaign=` picks those of one campaign',
    handle: (core, request) => ndjson(textsOf(messagesOf(core, campaignIn(request)))),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/webhooks`,
    summary: 'how the reports to each webhook fare',
    handle: (core) => plainJson(200, core.reports.statuses()),
  },
];

function* textsOf(values: Iterable<unknown>): Generator<string> {
  for (const value of values) yield JSON.stringify(value);
}

function* segmentLines(core: SandboxCore): Generator<string> {
  const nowMs = core.clock.nowMs();
  for (const segment of core.workspace.consequences().segments.all()) {
    yield JSON.stringify(segmentReading(segment, nowMs));
  }
}

function listMembers(core: SandboxCore, request: SandboxRequest): Answer {
  const reference = request.query.get('segment') ?? '';
  const segment = findSegment(core, DIGITS.test(reference) ? Number(reference) : reference);
  return ndjson(textsOf(memberIdentifiers(core.workspace.state(), segment)));
}

function campaignIn(request: SandboxRequest): number | undefined {
  const text = request.query.get('campaign');
  if (text === null || text === '') return undefined;
  if (!DIGITS.test(text)) throw new SandboxError(`campaign must be the id of one, not "${text}"`);
  return Number(text);
}

function postDefinitions(core: SandboxCore, request: SandboxRequest): Answer {
  define(core, bodyOf(request));
  const consequences = core.workspace.consequences();
  return plainJson(200, {
    segments: consequences.segments.all().map(({ definition }) => definition.id),
    campaigns: consequences.campaigns().map(({ definition }) => definition.id),
    reporting_webhooks: consequences.webhooks.map(({ url }) => url),
  });
}

function postCampaign(core: SandboxCore, request: SandboxRequest): Answer {
  setCampaign(core, bodyOf(request));
  return plainJson(200, campaignReadings(core));
}
