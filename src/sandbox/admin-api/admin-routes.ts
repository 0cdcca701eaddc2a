import { isOfKind, selectTypes } from '../app-api/activity-types.ts';
import { activityText } from '../app-api/activity-view.ts';
import { type Answer, ndjson, plainJson } from '../http/answer.ts';
import { matchRoute, type Route } from '../http/router.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { type Foreign, foreignness } from '../pages/browser-check.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { SandboxError } from '../sandbox-error.ts';
import { type Activity, isEventActivity } from '../state/activity.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { ADMIN_PREFIX, type AdminHandler, bodyOf } from './admin-call.ts';
import {
  changeClock,
  changeRequestLog,
  changeSwitches,
  replaceFaults,
  resetSandbox,
  restoreSnapshot,
  takeSnapshot,
} from './admin-calls.ts';
import { countersView, eventText, objectText, personText, sandboxInfo } from './admin-views.ts';
import { CONSEQUENCE_ROUTES } from './consequence-routes.ts';
import { dataIndexView } from './data-index-view.ts';

/** The sandbox's own calls: no key, from this machine only, untouched by faults, limits and the request log. */
export const ADMIN_ROUTES: readonly Route<AdminHandler>[] = [
  {
    method: 'GET',
    pattern: ADMIN_PREFIX,
    summary: 'that this is a sandbox, and how full it is',
    handle: (core) => plainJson(200, sandboxInfo(core)),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/people`,
    summary: 'all people, one JSON text a line',
    handle: (core) => ndjson(peopleLines(core.workspace.state())),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/events`,
    summary: 'all events, one a line; `?name=` picks those of one name',
    handle: listEvents,
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/activities`,
    summary: 'all activities, one a line; `?type=` picks one type',
    handle: listAllActivities,
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/objects`,
    summary: 'all objects with their people, one a line',
    handle: (core) => ndjson(objectLines(core.workspace.state())),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/data-index`,
    summary: 'attributes and events in use or described, with their descriptions',
    handle: (core) => plainJson(200, dataIndexView(core.workspace.state())),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/requests`,
    summary: 'the request log, one request a line',
    handle: (core) => ndjson(requestLines(core)),
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/requests`,
    summary: 'how much the request log keeps; empty it',
    handle: (core, request) => plainJson(200, { log: changeRequestLog(core, bodyOf(request)) }),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/counters`,
    summary: 'requests and items counted, and what no answer tells',
    handle: (core) => plainJson(200, countersView(core)),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/faults`,
    summary: 'fault rules and how often each struck',
    handle: (core) => plainJson(200, core.faults.list()),
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/faults`,
    summary: 'replace the fault rules',
    handle: postFaults,
  },
  {
    method: 'DELETE',
    pattern: `${ADMIN_PREFIX}/faults`,
    summary: 'remove the fault rules',
    handle: deleteFaults,
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/clock`,
    summary: 'the clock',
    handle: (core) => plainJson(200, core.clock.reading()),
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/clock`,
    summary: 'set, move or speed up the clock',
    handle: (core, request) => plainJson(200, changeClock(core, bodyOf(request))),
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/workspace`,
    summary: 'the switches',
    handle: (core) => plainJson(200, core.workspace.switches),
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/workspace`,
    summary: 'change switches',
    handle: (core, request) => plainJson(200, changeSwitches(core, bodyOf(request))),
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/reset`,
    summary: 'as just started',
    handle: postReset,
  },
  {
    method: 'GET',
    pattern: `${ADMIN_PREFIX}/snapshots`,
    summary: 'names of the snapshots taken',
    handle: listSnapshots,
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/snapshots`,
    summary: 'keep the whole state under a name',
    handle: postSnapshot,
  },
  {
    method: 'POST',
    pattern: `${ADMIN_PREFIX}/restore`,
    summary: 'bring back the state of that name',
    handle: postRestore,
  },
  ...CONSEQUENCE_ROUTES,
];

export function answerAdmin(core: SandboxCore, request: SandboxRequest): Answer {
  const foreign = foreignness(request, core.host);
  if (foreign !== undefined) return refusal(403, FOREIGN_MESSAGES[foreign]);
  const match = matchRoute(ADMIN_ROUTES, request);
  if (match.kind === 'unknown') return refusal(404, `no such call; there are ${knownCalls()}`);
  if (match.kind === 'wrong_method') return refusal(405, `use ${match.allowed.join(' or ')}`);
  try {
    return match.route.handle(core, request);
  } catch (error) {
    if (error instanceof SandboxError) return refusal(400, error.message);
    throw error;
  }
}

const FOREIGN_MESSAGES: Readonly<Record<Foreign, string>> = {
  from_another_machine: 'the admin calls are for this machine only',
  unknown_host: 'call the sandbox as localhost, as 127.0.0.1, or by the host it was started with',
  from_another_site: 'a page of another site may not make admin calls',
};

function refusal(status: number, error: string): Answer {
  return plainJson(status, { error });
}

function knownCalls(): string {
  return [...new Set(ADMIN_ROUTES.map((route) => route.pattern))].join(', ');
}

function postFaults(core: SandboxCore, request: SandboxRequest): Answer {
  replaceFaults(core, bodyOf(request));
  return plainJson(200, core.faults.list());
}

function deleteFaults(core: SandboxCore): Answer {
  replaceFaults(core, []);
  return plainJson(200, []);
}

function postReset(core: SandboxCore, request: SandboxRequest): Answer {
  resetSandbox(core, bodyOf(request));
  return plainJson(200, sandboxInfo(core));
}

function listSnapshots(core: SandboxCore): Answer {
  const list = core.snapshots.list().map(([name, { takenAtMs, people, events }]) => {
    return { name, taken_at_ms: takenAtMs, people, events };
  });
  return plainJson(200, list);
}

/** `{"name": …}`; without one it is called default. */
function postSnapshot(core: SandboxCore, request: SandboxRequest): Answer {
  takeSnapshot(core, bodyOf(request));
  return listSnapshots(core);
}

function postRestore(core: SandboxCore, request: SandboxRequest): Answer {
  restoreSnapshot(core, bodyOf(request));
  return plainJson(200, sandboxInfo(core));
}

export function* peopleLines(state: WorkspaceState): Generator<string> {
  for (const person of state.people.live()) yield personText(state, person);
}

export function* objectLines(state: WorkspaceState): Generator<string> {
  for (const object of state.objects.all()) yield objectText(state, object);
}

/** `?name=` picks the events of one name. */
function listEvents(core: SandboxCore, request: SandboxRequest): Answer {
  return ndjson(eventLines(core.workspace.state(), request.query.get('name')));
}

export function* eventLines(state: WorkspaceState, name: string | null): Generator<string> {
  for (const activity of state.activities.events()) {
    if (isEventActivity(activity) && (name === null || activity.name === name))
      yield eventText(state, activity);
  }
}

/** `?type=` picks one type. Without the App API's bounds of thirty days and a hundred a page. */
function listAllActivities(core: SandboxCore, request: SandboxRequest): Answer {
  return ndjson(activityLines(core.workspace.state(), request.query.get('type')));
}

export function* activityLines(state: WorkspaceState, type: string | null): Generator<string> {
  const selection = selectTypes(type) ?? { types: [] };
  const accepts = (activity: Activity) => isOfKind(activity, selection);
  for (const activity of state.activities.newestFirst({ types: selection.types, accepts }))
    yield activityText(state, activity);
}

function* requestLines(core: SandboxCore): Generator<string> {
  for (const entry of core.requests.entries()) yield JSON.stringify(entry);
}
