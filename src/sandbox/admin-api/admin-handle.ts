import type { SandboxCore } from '../sandbox-core.ts';
import { literalsOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { TakenSnapshot } from '../taken-snapshots.ts';
import { changeClock, changeRequestLog, changeSwitches, replaceFaults, resetSandbox } from './admin-calls.ts';
import { activityLines, eventLines, objectLines } from './admin-routes.ts';
import { countersView, personText, sandboxInfo } from './admin-views.ts';
import { define, findSegment, journeysOf, messagesOf, setCampaign } from './consequence-calls.ts';
import { campaignReadings, memberIdentifiers, segmentReading } from './consequence-views.ts';
import { dataIndexView } from './data-index-view.ts';
import type {
  PersonQuery,
  SandboxActivity,
  SandboxAdmin,
  SandboxEvent,
  SandboxObject,
  SandboxPerson,
} from './sandbox-admin.ts';

export function adminHandle(core: SandboxCore): SandboxAdmin {
  return {
    info: () => sandboxInfo(core),
    people: () => {
      const state = core.workspace.state();
      return Array.from(state.people.live(), (person) => personValue(state, person));
    },
    person: (query) => findPerson(core.workspace.state(), query),
    events: (name) => parsedLines<SandboxEvent>(eventLines(core.workspace.state(), name ?? null)),
    activities: (type) => parsedLines<SandboxActivity>(activityLines(core.workspace.state(), type ?? null)),
    objects: () => parsedLines<SandboxObject>(objectLines(core.workspace.state())),
    dataIndex: () => dataIndexView(core.workspace.state()),
    counters: () => countersView(core),
    requests: () => [...core.requests.entries()],
    setRequestLog: (change) => void changeRequestLog(core, change),
    setFaults: (rules) => replaceFaults(core, rules),
    clearFaults: () => replaceFaults(core, []),
    switches: () => core.workspace.switches,
    setSwitches: (changes) => void changeSwitches(core, changes),
    nowMs: () => core.clock.nowMs(),
    setClock: (change) => changeClock(core, change),
    define: (definitions) => define(core, definitions),
    segments: () => {
      const nowMs = core.clock.nowMs();
      return core.workspace
        .consequences()
        .segments.all()
        .map((segment) => segmentReading(segment, nowMs));
    },
    members: (segment) => [...memberIdentifiers(core.workspace.state(), findSegment(core, segment))],
    campaigns: () => campaignReadings(core),
    setCampaign: (change) => setCampaign(core, change),
    journeys: (campaignId) => [...journeysOf(core, campaignId)],
    messages: (campaignId) => [...messagesOf(core, campaignId)],
    webhooks: () => core.reports.statuses(),
    snapshot: () => new TakenSnapshot(core),
    restore: (snapshot) => TakenSnapshot.of(snapshot).restoreInto(core),
    reset: (options = {}) => resetSandbox(core, options),
  };
}

function findPerson(state: WorkspaceState, query: PersonQuery): SandboxPerson | undefined {
  const person =
    'id' in query
      ? state.people.byId(query.id)
      : 'email' in query
        ? state.people.byEmail(query.email)
        : state.people.byCioId(query.cioId);
  return person === undefined ? undefined : personValue(state, person);
}

function personValue(state: WorkspaceState, person: Person): SandboxPerson {
  const literals = literalsOf(person.attributes);
  const entries = person.attributes.names.names.map((name, at) => [name, literals[at] ?? ''] as const);
  const profile = JSON.parse(personText(state, person)) as Omit<SandboxPerson, 'literals'>;
  return { ...profile, literals: Object.fromEntries(entries) };
}

function parsedLines<Line>(lines: Iterable<string>): readonly Line[] {
  return Array.from(lines, (line) => JSON.parse(line) as Line);
}
