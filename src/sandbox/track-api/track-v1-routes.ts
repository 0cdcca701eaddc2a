import { checkMergePair } from '../checks/check-identifiers.ts';
import { checkDevice, deviceDeletion } from '../checks/check-person-item.ts';
import { checkV1AnonymousEvent, checkV1Event, checkV1Identify } from '../checks/check-v1-body.ts';
import { type Checked, problemsOf, refused, sound } from '../checks/problem.ts';
import { trackAnswer } from '../http/answer.ts';
import { answerOnly, type Intake } from '../http/intake.ts';
import type { Route, RouteParameters } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import type { JsonObject } from '../json/json-value.ts';
import type { Operation } from '../operation.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { Switches } from '../switches.ts';
import { TRACK_SEGMENT_ROUTES } from './segment-routes.ts';
import { trackSuccess, v1MergeRefusal } from './track-answers.ts';
import { guarded, guardedAnywhere, type TrackHandler } from './track-route.ts';
import { type CheckKey, intakeOf, keyOf, withBody, withoutBody } from './v1-intake.ts';

const PERSON = '/api/v1/customers/:identifier';

/** The calls of Track v1 that concern people and their events. */
export const TRACK_V1_ROUTES: readonly Route<TrackHandler>[] = [
  {
    method: 'GET',
    pattern: '/api/v1/accounts/region',
    summary: 'region and workspace that the key belongs to',
    handle: guardedAnywhere(tellRegion),
  },
  {
    method: 'PUT',
    pattern: PERSON,
    summary: 'add or update a person',
    handle: guarded(
      withBody((body, switches, path) => checkV1Identify(keyOf(path, switches), body, switches)),
    ),
  },
  {
    method: 'DELETE',
    pattern: PERSON,
    summary: 'delete a person',
    handle: guarded(withoutBody(removal('delete'))),
  },
  {
    method: 'POST',
    pattern: `${PERSON}/suppress`,
    summary: 'delete a person and block the identifiers',
    handle: guarded(withoutBody(removal('suppress'))),
  },
  {
    method: 'POST',
    pattern: `${PERSON}/unsuppress`,
    summary: 'free blocked identifiers',
    handle: guarded(withoutBody(removal('unsuppress'))),
  },
  {
    method: 'POST',
    pattern: `${PERSON}/events`,
    summary: 'event, page view or screen view of a person',
    handle: guarded(withBody((body, switches, path) => checkV1Event(keyOf(path, switches), body, switches))),
  },
  {
    method: 'PUT',
    pattern: `${PERSON}/devices`,
    summary: 'add or update a device',
    handle: guarded(
      withBody((body, switches, path) =>
        checkDevice(keyOf(path, switches), body['device'] ?? null, 'id', switches),
      ),
    ),
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
    handle: guarded(withBody(checkV1AnonymousEvent)),
  },
  {
    method: 'POST',
    pattern: '/api/v1/merge_customers',
    summary: 'merge two people',
    handle: guarded(withBody(checkV1Merge, { success: trackSuccess, refuse: v1MergeRefusal })),
  },
  ...TRACK_SEGMENT_ROUTES,
];

/** `environment_id` tells workspaces apart. */
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
  return intakeOf(key.value === undefined ? refused(key.problems) : sound(deviceDeletion(key.value, token)));
}

function checkV1Merge(body: JsonObject, switches: Switches): Checked<Operation> {
  const [primary, secondary] = checkMergePair(body, switches);
  if (primary.value === undefined || secondary.value === undefined)
    return refused(problemsOf(primary, secondary));
  return sound({ kind: 'merge', primary: primary.value, secondary: secondary.value });
}
