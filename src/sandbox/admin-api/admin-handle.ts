import type { FaultRuleInput } from '../faults/fault-rule.ts';
import type { LoggedRequest, RequestLogMode } from '../http/request-log.ts';
import type { ClockChange, ClockReading } from '../sandbox-clock.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { literalsOf } from '../state/attribute-set.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { SwitchChanges, Switches } from '../switches.ts';
import { TakenSnapshot } from '../taken-snapshots.ts';
import { changeClock, changeRequestLog, changeSwitches, replaceFaults, resetSandbox } from './admin-calls.ts';
import { activityLines, eventLines, objectLines } from './admin-routes.ts';
import { countersView, personText, type SandboxInfo, sandboxInfo } from './admin-views.ts';

/** A profile. Numbers in `attributes` may have lost digits; `literals` has them as they were sent. */
export interface SandboxPerson {
  readonly id: string | null;
  readonly email: string | null;
  readonly cio_id: string;
  /** Only where phone is an identifier; else it is one of the attributes. */
  readonly phone?: string;
  readonly created_at: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly literals: Readonly<Record<string, string>>;
}

export interface SandboxEvent {
  readonly id: string | null;
  readonly type: 'event' | 'page' | 'screen';
  readonly name: string;
  readonly person: {
    readonly id: string | null;
    readonly email: string | null;
    readonly cio_id: string;
  } | null;
  readonly is_person_deleted: boolean;
  readonly timestamp: number;
  readonly received_at: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** An activity as the App API gives it. */
export interface SandboxActivity {
  readonly id: string;
  readonly type: string;
  readonly timestamp: number;
  readonly name?: string;
  readonly url?: string;
  readonly customer_id: string | null;
  readonly customer_identifiers: {
    readonly id: string | null;
    readonly email: string | null;
    readonly cio_id: string;
  };
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SandboxObject {
  readonly object_type_id: string;
  readonly object_id: string;
  readonly cio_object_id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Identifiers of each related person, with the attributes of the relationship. */
  readonly people: readonly (SandboxActivity['customer_identifiers'] & {
    readonly attributes: Readonly<Record<string, unknown>>;
  })[];
}

export type PersonQuery = { readonly id: string } | { readonly email: string } | { readonly cioId: string };

export type SandboxCounters = ReturnType<typeof countersView>;

/** The admin calls for tests in the same process; everything is also there over HTTP under /_sandbox. */
export interface SandboxAdmin {
  info(): SandboxInfo;
  people(): readonly SandboxPerson[];
  person(query: PersonQuery): SandboxPerson | undefined;
  /** In the order they were applied. */
  events(name?: string): readonly SandboxEvent[];
  /** The newest first. */
  activities(type?: string): readonly SandboxActivity[];
  objects(): readonly SandboxObject[];
  counters(): SandboxCounters;
  requests(): readonly LoggedRequest[];
  setRequestLog(change: { readonly log?: RequestLogMode; readonly clear?: boolean }): void;
  setFaults(rules: FaultRuleInput | readonly FaultRuleInput[]): void;
  clearFaults(): void;
  switches(): Switches;
  setSwitches(changes: SwitchChanges): void;
  nowMs(): number;
  setClock(change: ClockChange): ClockReading;
  /** The whole state as it is now, to come back to. */
  snapshot(): TakenSnapshot;
  /** As it was when the snapshot was taken: people, events, faults, switches, clock, counters, requests. */
  restore(snapshot: TakenSnapshot): void;
  /** As just started; a new environment id unless one was fixed. */
  reset(options?: { readonly environmentId?: number }): void;
}

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
    counters: () => countersView(core),
    requests: () => [...core.requests.entries()],
    setRequestLog: (change) => void changeRequestLog(core, change),
    setFaults: (rules) => replaceFaults(core, rules),
    clearFaults: () => replaceFaults(core, []),
    switches: () => core.workspace.switches,
    setSwitches: (changes) => void changeSwitches(core, changes),
    nowMs: () => core.clock.nowMs(),
    setClock: (change) => changeClock(core, change),
    snapshot: () => new TakenSnapshot(core),
    restore: (snapshot) => snapshot.restoreInto(core),
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
