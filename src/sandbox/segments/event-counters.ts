import type { EventActivity } from '../state/activity.ts';
import { isEventActivity } from '../state/activity.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { EventFilter } from './condition.ts';
import { EventCounter, isEventMeant, propertiesOf } from './event-counter.ts';

const NONE: readonly EventCounter[] = [];

/** One counter for each filter that any condition asks about; equal filters share one. */
export class EventCounters {
  readonly #byFilter = new Map<string, EventCounter>();
  readonly #byName = new Map<string, EventCounter[]>();
  #unfilled: EventCounter[] = [];

  /** The counter of a filter. A new one knows the past only after `fill`. */
  of(filter: EventFilter): EventCounter {
    const key = JSON.stringify(filter);
    const known = this.#byFilter.get(key);
    if (known !== undefined) return known;
    const counter = new EventCounter(filter);
    this.#byFilter.set(key, counter);
    this.#byName.set(filter.name, [...(this.#byName.get(filter.name) ?? NONE), counter]);
    this.#unfilled.push(counter);
    return counter;
  }

  /** Lets the new counters count what happened before they were there. */
  fill(state: WorkspaceState): void {
    const counters = this.#unfilled;
    this.#unfilled = [];
    if (counters.length === 0) return;
    for (const activity of state.activities.events()) {
      if (!isEventActivity(activity) || activity.person === null) continue;
      const owner = state.people.ownerOfEvents(activity.person);
      if (owner?.status === 'live') count(counters, owner.serial, activity);
    }
  }

  /** @returns the counters that counted it. */
  add(person: number, event: EventActivity): readonly EventCounter[] {
    const candidates = this.#byName.get(event.name);
    return candidates === undefined ? NONE : count(candidates, person, event);
  }

  move(from: number, to: number): void {
    for (const counter of this.#byFilter.values()) counter.move(from, to);
  }

  remove(person: number): void {
    for (const counter of this.#byFilter.values()) counter.remove(person);
  }
}

function count(
  counters: readonly EventCounter[],
  person: number,
  event: EventActivity,
): readonly EventCounter[] {
  const properties = propertiesOf(event);
  const counting = counters.filter((counter) => isEventMeant(counter.filter, event, properties));
  for (const counter of counting) counter.add(person, event);
  return counting;
}
