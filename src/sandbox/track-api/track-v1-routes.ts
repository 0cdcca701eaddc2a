import { checkMergePair, checkPathIdentifier } from '../checks/check-identifiers.ts';
import { checkDevice, deviceDeletion } from '../checks/check-person-item.ts';
import { checkV1AnonymousEvent, checkV1Event, checkV1Identify } from '../checks/check-v1-body.ts';
import { type Checked, invalid, type Problem, problemsOf, refused, sound } from '../checks/problem.ts';
import { type Answer, trackAnswer } from '../http/answer.ts';
import { answerOnly, type Intake } from '../http/intake.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { Route, RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { isJsonObject, type JsonObject } from '../json/json-value.ts';
import { BODY_BYTES_READ_MAX } from '../limits.ts';
import type { Operation, PersonKey } from '../operation.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Switches } from '../switches.ts';
import { trackSuccess, v1MergeRefusal, v1Refusal } from './track-answers.ts';
import { guarded, type TrackHandler } from './track-route.ts';

type CheckKey = (key: Checked<PersonKey>, switches: Switches) => Checked<Operation>;
type CheckBody = (body: JsonObject, switches: Switches, key: Checked<PersonKey>) => Checked<Operation>;

const PERSON = '/api/v1/customers/:identifier';

/** The calls of Track v1 that concern people and their events. */
export const TRACK_V1_ROUTES: readonly Route<TrackHandler>[] = [
  {
    method: 'GET',
    pattern: '/api/v1/accounts/region',
    summary: 'region and workspace that the key belongs to',
    handle: guarded(tellRegion),
  },
  {
    method: 'PUT',
    pattern: PERSON,
    summary: 'add or update a person',
    handle: withBody((body, switches, key) => checkV1Identify(key, body, switches)),
  },
  {
    method: 'DELETE',
    pattern: PERSON,
    summary: 'delete a person',
    handle: withoutBody(removal('delete')),
  },
  {
    method: 'POST',
    pattern: `${PERSON}/suppress`,
    summary: 'delete a person and block the identifiers',
    handle: withoutBody(removal('suppress')),
  },
  {
    method: 'POST',
    pattern: `${PERSON}/unsuppress`,
    summary: 'free blocked identifiers',
    handle: withoutBody(removal('unsuppress')),
  },
  {
    method: 'POST',
    pattern: `${PERSON}/events`,
    summary: 'event, page view or screen view of a person',
    handle: withBody((body, switches, key) => checkV1Event(key, body, switches)),
  },
  {
    method: 'PUT',
    pattern: `${PERSON}/devices`,
    summary: 'add or update a device',
    handle: withBody((body, switches, key) => checkDevice(key, body['device'] ?? null, 'id', switches)),
  },
  {
    method: 'DELETE',
    pattern: `${PERSON}/devices/:device_id`,
    summary: 'delete a device',
    handle: guarded(deleteDevice),
  },
  {
    method: 'POST',
    pattern: '/api/v1/events',
    summary: 'anonymous event, page view or screen view',
    handle: withBody(checkV1AnonymousEvent),
  },
  {
    method: 'POST',
    pattern: '/api/v1/merge_customers',
    summary: 'merge two people',
    handle: withBody(checkV1Merge, v1MergeRefusal),
  },
];

/** Works on either host; `environment_id` tells workspaces apart (case 4). */
function tellRegion(core: SandboxCore): Intake {
  const { url, environmentId } = core;
  const region = { url, region: core.setup.region, environment_id: environmentId };
  return answerOnly(() => trackAnswer(200, `${JSON.stringify(region)}\n`));
}

function removal(kind: 'delete' | 'suppress' | 'unsuppress'): CheckKey {
  return (key) => (key.value === undefined ? refused(key.problems) : sound({ kind, key: key.value }));
}

function deleteDevice(core: SandboxCore, _request: SandboxRequest, parameters: RouteParameters): Intake {
  const key = keyOf(parameters, core.workspace.switches);
  const token = parameters['device_id'] ?? '';
  return intakeOf(
    key.value === undefined ? refused(key.problems) : sound(deviceDeletion(key.value, token)),
    v1Refusal,
  );
}

function checkV1Merge(body: JsonObject, switches: Switches): Checked<Operation> {
  const [primary, secondary] = checkMergePair(body, switches);
  if (primary.value === undefined || secondary.value === undefined)
    return refused(problemsOf(primary, secondary));
  return sound({ kind: 'merge', primary: primary.value, secondary: secondary.value });
}

function withoutBody(check: CheckKey): TrackHandler {
  return guarded((core, _request, parameters) => {
    const { switches } = core.workspace;
    return intakeOf(check(keyOf(parameters, switches), switches), v1Refusal);
  });
}

type Refuse = (status: number, problems: readonly Problem[]) => Answer;

function withBody(check: CheckBody, refuse: Refuse = v1Refusal): TrackHandler {
  return guarded((core, request, parameters) => {
    const { switches } = core.workspace;
    if (request.bodyBytes > BODY_BYTES_READ_MAX) {
      const problem = invalid('', `request cannot be larger than ${BODY_BYTES_READ_MAX} bytes`);
      return answerOnly(() => refuse(switches.oversizeStatus, [problem]));
    }
    const body = readJsonBody(request);
    if (body.trouble !== undefined) return answerOnly(() => refuse(400, [invalid('', body.trouble)]));
    if (!isJsonObject(body.value))
      return answerOnly(() => refuse(400, [invalid('', 'body must be a JSON object')]));
    return intakeOf(check(body.value, switches, keyOf(parameters, switches)), refuse);
  });
}

/** Paths without an identifier have none to check. */
function keyOf(parameters: RouteParameters, switches: Switches): Checked<PersonKey> {
  return checkPathIdentifier(parameters['identifier'] ?? '', switches);
}

function intakeOf(checked: Checked<Operation>, refuse: Refuse): Intake {
  return {
    items: checked.value === undefined ? [] : [{ index: 0, operation: checked.value }],
    refusals: checked.problems.map((problem) => ({ index: 0, problem })),
    answer: (refusals) => {
      if (refusals.length === 0) return trackSuccess();
      return refuse(
        400,
        refusals.map((refusal) => refusal.problem),
      );
    },
  };
}
