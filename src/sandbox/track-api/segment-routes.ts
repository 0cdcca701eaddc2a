import { looksLikeEmail } from '../checks/check-identifiers.ts';
import { type Checked, invalid, type Problem, problemsOf, refused, sound } from '../checks/problem.ts';
import { answerOnly, type Intake } from '../http/intake.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { Route, RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../json/json-value.ts';
import { SEGMENT_IDS_MAX } from '../limits.ts';
import type { PersonKey, SegmentOperation } from '../operation.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Switches } from '../switches.ts';
import { trackSuccess, v1Refusal } from './track-answers.ts';
import { guarded, type TrackHandler } from './track-route.ts';

const CIO_PREFIX = 'cio_';
const DIGITS = /^\d{1,9}$/;

/** Track v1: people in and out of manual segments (cases 66, 68). */
export const TRACK_SEGMENT_ROUTES: readonly Route<TrackHandler>[] = [
  {
    method: 'POST',
    pattern: '/api/v1/segments/:segment_id/add_customers',
    summary: 'put people into a manual segment',
    handle: changing('add_to_segment'),
  },
  {
    method: 'POST',
    pattern: '/api/v1/segments/:segment_id/remove_customers',
    summary: 'take people out of a manual segment',
    handle: changing('remove_from_segment'),
  },
];

function changing(kind: SegmentOperation['kind']): TrackHandler {
  return guarded((core, request, parameters) => {
    const segmentId = checkSegment(core, parameters);
    const keyKind = idKindOf(request.query, core.workspace.switches);
    if (keyKind === undefined) {
      return refusedWith([invalid('id_type', `id_type ${request.query.get('id_type')} is not enabled`)]);
    }
    const ids = checkIds(request);
    if (segmentId.value === undefined || ids.value === undefined) {
      return refusedWith(problemsOf(segmentId, ids));
    }
    const members = ids.value.flatMap((id) => keyIn(id, keyKind));
    return {
      items: [{ index: 0, operation: { kind, segmentId: segmentId.value, members } }],
      refusals: [],
      answer: () => trackSuccess(),
    };
  });
}

function refusedWith(problems: readonly Problem[]): Intake {
  return answerOnly(() => v1Refusal(400, problems));
}

/** "You cannot add people to data-driven segments". */
function checkSegment(core: SandboxCore, parameters: RouteParameters): Checked<number> {
  const text = parameters['segment_id'] ?? '';
  const segment = DIGITS.test(text) ? core.workspace.consequences().segments.get(Number(text)) : undefined;
  if (segment === undefined) return refused([invalid('segment_id', `segment ${text} does not exist`)]);
  const { id, type } = segment.definition;
  return type === 'manual'
    ? sound(id)
    : refused([invalid('segment_id', `segment ${id} is not a manual segment`)]);
}

function idKindOf(query: URLSearchParams, { identifiers }: Switches): PersonKey['kind'] | undefined {
  switch (query.get('id_type') ?? 'id') {
    case 'id':
      return identifiers === 'email_only' ? undefined : 'id';
    case 'email':
      return identifiers === 'id_only' ? undefined : 'email';
    case 'cio_id':
      return 'cio_id';
    default:
      return undefined;
  }
}

function checkIds(request: SandboxRequest): Checked<readonly JsonValue[]> {
  const body = readJsonBody(request);
  if (body.trouble !== undefined) return refused([invalid('', body.trouble)]);
  const ids = isJsonObject(body.value) ? body.value['ids'] : undefined;
  if (!isJsonArray(ids) || ids.length === 0)
    return refused([invalid('ids', 'ids must be an array of at least one id')]);
  return ids.length > SEGMENT_IDS_MAX
    ? refused([invalid('ids', `ids cannot hold more than ${SEGMENT_IDS_MAX} entries`)])
    : sound(ids);
}

/** "We'll ignore values in the ids array that don't match the id_type parameter." */
function keyIn(value: JsonValue, kind: PersonKey['kind']): readonly PersonKey[] {
  if (typeof value !== 'string' || value === '') return [];
  if (kind === 'email') return looksLikeEmail(value) ? [{ kind, value }] : [];
  if (kind !== 'cio_id') return [{ kind, value }];
  return value.startsWith(CIO_PREFIX) ? [{ kind, value: value.slice(CIO_PREFIX.length) }] : [];
}
