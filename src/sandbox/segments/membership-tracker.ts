import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { type Ground, groundsOf, judge } from './compiled-condition.ts';
import type { EventCounter } from './event-counter.ts';
import { PersonFacts, rootOf } from './person-facts.ts';
import type { TrackedCondition } from './tracked-condition.ts';

/** Somebody began or ceased to fulfil a condition; or still does, and was asked again. */
export interface MembershipNews {
  readonly tracked: TrackedCondition;
  readonly person: Person;
  readonly kind: 'entered' | 'left' | 'stayed';
  /** A journey begins no earlier. */
  readonly startsAtMs: number;
  readonly atMs: number;
}

export interface TrackerEnvironment {
  readonly state: WorkspaceState;
  readonly absentPasses: () => boolean;
  /** Has `timeCame` called at that moment. */
  readonly wake: (tracked: TrackedCondition, serial: number, atMs: number) => void;
  readonly tell: (news: MembershipNews) => void;
}

type Grounds = Map<string | number | EventCounter, Set<TrackedCondition>>;

const NEVER = Number.POSITIVE_INFINITY;
const NOTHING: ReadonlySet<TrackedCondition> = new Set();

/**
 * Keeps the members of conditions up to date: asks only the conditions that a change can touch, and asks
 * again when time alone may change the answer.
 */
export class MembershipTracker {
  readonly #environment: TrackerEnvironment;
  #all: ReadonlySet<TrackedCondition> = NOTHING;
  #byAttribute: Grounds = new Map();
  #byCounter: Grounds = new Map();
  #bySegment: Grounds = new Map();

  constructor(environment: TrackerEnvironment) {
    this.#environment = environment;
  }

  get isIdle(): boolean {
    return this.#all.size === 0;
  }

  /** The conditions that are kept track of. */
  get all(): ReadonlySet<TrackedCondition> {
    return this.#all;
  }

  /** Takes over a new set of conditions, with the members they have. */
  replace(all: readonly TrackedCondition[]): void {
    this.#all = new Set(all);
    this.#byAttribute = new Map();
    this.#byCounter = new Map();
    this.#bySegment = new Map();
    for (const tracked of all) {
      for (const ground of groundsOf(tracked.condition)) this.#file(ground, tracked);
    }
  }

  /** Sets all members right without telling anyone. */
  judgeEverybody(nowMs: number): void {
    for (const person of this.#environment.state.people.live()) {
      const facts = new PersonFacts(person, this.#environment.state.people);
      for (const tracked of this.#all) this.#judge(tracked, facts, nowMs);
    }
  }

  personAppeared(serial: number, atMs: number): void {
    this.#ask(this.#all, serial, atMs);
  }

  attributesChanged(serial: number, names: Iterable<string>, atMs: number): void {
    this.#ask(this.#touched(this.#byAttribute, names), serial, atMs);
  }

  eventCounted(serial: number, counters: readonly EventCounter[], atMs: number): void {
    this.#ask(this.#touched(this.#byCounter, counters), serial, atMs);
  }

  membersChanged(segment: number, serial: number, atMs: number): void {
    this.#ask(this.#bySegment.get(segment) ?? NOTHING, serial, atMs);
  }

  /** A deleted person is in nothing any more; nobody is told. */
  personGone(serial: number): void {
    for (const tracked of this.#all) {
      tracked.members.put(serial, false);
      tracked.setAskAgain(serial, NEVER);
    }
  }

  /** A moment has come; one that was overtaken by an earlier one, or by a new set of conditions, is let pass. */
  timeCame(tracked: TrackedCondition, serial: number, atMs: number): void {
    if (tracked.askAgainAtMs(serial) !== atMs || !this.#all.has(tracked)) return;
    tracked.setAskAgain(serial, NEVER);
    this.#ask([tracked], serial, atMs);
  }

  #ask(conditions: Iterable<TrackedCondition>, serial: number, atMs: number): void {
    const { people } = this.#environment.state;
    const person = people.bySerial(serial);
    if (person?.status !== 'live') return;
    const facts = new PersonFacts(person, people);
    for (const tracked of conditions) {
      const { kind, startsAtMs } = this.#judge(tracked, facts, atMs);
      if (kind !== 'outside') this.#environment.tell({ tracked, person, kind, startsAtMs, atMs });
    }
  }

  #judge(tracked: TrackedCondition, facts: PersonFacts, nowMs: number) {
    const { serial } = facts.person;
    const absentPasses = this.#environment.absentPasses();
    const { isMatch, changesAtMs, startsAtMs } = judge(tracked.condition, { facts, nowMs, absentPasses });
    if (changesAtMs < tracked.askAgainAtMs(serial)) {
      tracked.setAskAgain(serial, changesAtMs);
      this.#environment.wake(tracked, serial, changesAtMs);
    }
    const isNews = tracked.members.put(serial, isMatch);
    const kind = isMatch ? (isNews ? 'entered' : 'stayed') : isNews ? 'left' : 'outside';
    return { kind, startsAtMs } as const;
  }

  #touched(grounds: Grounds, keys: Iterable<string | EventCounter>): ReadonlySet<TrackedCondition> {
    if (grounds.size === 0) return NOTHING;
    let touched: ReadonlySet<TrackedCondition> = NOTHING;
    for (const key of keys) {
      const found = grounds.get(key);
      if (found !== undefined) touched = touched.size === 0 ? found : new Set([...touched, ...found]);
    }
    return touched;
  }

  #file(ground: Ground, tracked: TrackedCondition): void {
    switch (ground.kind) {
      case 'attribute':
        fileUnder(this.#byAttribute, ground.name, tracked);
        fileUnder(this.#byAttribute, rootOf(ground.name), tracked);
        return;
      case 'event':
        fileUnder(this.#byCounter, ground.counter, tracked);
        return;
      case 'members':
        fileUnder(this.#bySegment, ground.segment, tracked);
    }
  }
}

function fileUnder(grounds: Grounds, key: string | number | EventCounter, tracked: TrackedCondition): void {
  const filed = grounds.get(key);
  if (filed === undefined) grounds.set(key, new Set([tracked]));
  else filed.add(tracked);
}
