/** What happened inside that no answer tells: duplicates ignored, items dropped, and the like. */
export const TALLY_NAMES = [
  'duplicate_event_ids_ignored',
  'repeated_identical_identifies',
  'ignored_for_suppressed_people',
  'dropped_for_unknown_cio_id',
  'dropped_events_of_unknown_people',
  'events_with_millisecond_timestamp',
  'events_with_future_timestamp',
  'events_overriding_campaign_settings',
  'people_created_by_events',
  'merges_without_effect',
  'reports_of_unknown_deliveries',
  'events_too_old_to_trigger',
] as const;

export type TallyName = (typeof TALLY_NAMES)[number];

export type TallySnapshot = ReturnType<Tallies['snapshot']>;

/** Counts by name. */
export class Tallies<Name extends string = string> {
  readonly #counts: Map<Name, number>;

  constructor(from?: TallySnapshot) {
    this.#counts = new Map(from?.counts as ReadonlyMap<Name, number> | undefined);
  }

  snapshot() {
    return { counts: new Map<string, number>(this.#counts) } as const;
  }

  add(name: Name, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  of(name: Name): number {
    return this.#counts.get(name) ?? 0;
  }

  all(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }
}
