import { type Activity, type ActivityType, PRODUCED_ACTIVITY_TYPES } from './activity.ts';

/**
 * How many activities of a type are kept. Events are all kept: they are the data. Failures are what
 * tests look for, so a bulk load must not push them out; of the mass of ordinary changes the newest do.
 */
const KEPT_MAX: Readonly<Record<ActivityType, number>> = {
  event: Number.POSITIVE_INFINITY,
  page: Number.POSITIVE_INFINITY,
  screen: Number.POSITIVE_INFINITY,
  attribute_change: 100_000,
  profile_create: 100_000,
  failed_attribute_change: 1_000_000,
  skipped_update: 1_000_000,
  failed_event: 1_000_000,
  profile_delete: 1_000_000,
  profile_merge: 1_000_000,
  anon_merge: 100_000,
  device_change: 100_000,
  add_relationship: 100_000,
  delete_relationship: 100_000,
  object_create: 100_000,
  object_delete: 100_000,
  object_attribute_change: 100_000,
  object_failed_attribute_change: 1_000_000,
  object_add_relationship: 100_000,
  object_delete_relationship: 100_000,
  relationship_attribute_change: 100_000,
  relationship_failed_attribute_change: 1_000_000,
  delivery_drafted: 100_000,
  delivery_sent: 100_000,
  delivery_delivered: 100_000,
  delivery_failed: 1_000_000,
  delivery_converted: 100_000,
};

/** A full list is cut back by this share at once, so that keeping the bound costs little per entry. */
const SLACK = 1.25;

export interface ActivitySelection {
  readonly types: readonly ActivityType[];
  /** Only activities with a smaller serial: the cursor. */
  readonly before?: number | undefined;
  /** Asked of each activity before it is put in order, which costs more; by default all. */
  readonly accepts?: (activity: Activity) => boolean;
}

export type ActivitySnapshot = ReturnType<ActivityLog['snapshot']>;

/** What happened in the workspace, in order; one list for each type. */
export class ActivityLog {
  readonly #byType: ReadonlyMap<ActivityType, Activity[]>;
  #nextSerial: number;
  #listener: ((activity: Activity) => void) | undefined;

  constructor(from?: ActivitySnapshot) {
    this.#byType = new Map(PRODUCED_ACTIVITY_TYPES.map((type) => [type, [...(from?.byType[type] ?? [])]]));
    this.#nextSerial = from?.nextSerial ?? 1;
  }

  snapshot() {
    const lists = Array.from(this.#byType, ([type, list]) => [type, [...list]] as const);
    const byType: Partial<Record<ActivityType, readonly Activity[]>> = Object.fromEntries(lists);
    return { byType, nextSerial: this.#nextSerial } as const;
  }

  /** Has every activity from now on told to one listener, as it is written. */
  listen(listener: (activity: Activity) => void): void {
    this.#listener = listener;
  }

  /** The place of the next activity in the order of things. */
  takeSerial(): number {
    const serial = this.#nextSerial;
    this.#nextSerial += 1;
    return serial;
  }

  append(activity: Activity): void {
    const list = this.#list(activity.type);
    list.push(activity);
    this.#listener?.(activity);
    const keptMax = KEPT_MAX[activity.type];
    if (list.length > keptMax * SLACK) list.splice(0, list.length - keptMax);
  }

  count(type: ActivityType): number {
    return this.#list(type).length;
  }

  /** Events, pages and screens. */
  get eventCount(): number {
    return this.count('event') + this.count('page') + this.count('screen');
  }

  /** The newest first, whatever their type. */
  *newestFirst(selection: ActivitySelection): Generator<Activity> {
    const { types, before = Number.POSITIVE_INFINITY, accepts = acceptAll } = selection;
    const heads = types
      .map((type) => this.#list(type))
      .filter((list) => list.length > 0)
      .map((list) => ({ list, next: lastAccepted(list, lastBefore(list, before), accepts) }));
    for (;;) {
      const newest = newestHead(heads);
      const activity = newest?.list[newest.next];
      if (newest === undefined || activity === undefined) return;
      newest.next = lastAccepted(newest.list, newest.next - 1, accepts);
      yield activity;
    }
  }

  /** All events in the order they were applied. */
  *events(): Generator<Activity> {
    const lists = (['event', 'page', 'screen'] as const)
      .map((type) => ({ list: this.#list(type), next: 0 }))
      .filter(({ list }) => list.length > 0);
    for (;;) {
      const oldest = oldestHead(lists);
      const activity = oldest?.list[oldest.next];
      if (oldest === undefined || activity === undefined) return;
      oldest.next += 1;
      yield activity;
    }
  }

  #list(type: ActivityType): Activity[] {
    return this.#byType.get(type) ?? [];
  }
}

interface Head {
  readonly list: readonly Activity[];
  next: number;
}

function serialAt(head: Head): number | undefined {
  return head.list[head.next]?.serial;
}

function newestHead(heads: readonly Head[]): Head | undefined {
  return heads.reduce<Head | undefined>((best, head) => {
    const serial = serialAt(head);
    if (serial === undefined) return best;
    return best === undefined || serial > (serialAt(best) ?? 0) ? head : best;
  }, undefined);
}

function oldestHead(heads: readonly Head[]): Head | undefined {
  return heads.reduce<Head | undefined>((best, head) => {
    const serial = serialAt(head);
    if (serial === undefined) return best;
    return best === undefined || serial < (serialAt(best) ?? 0) ? head : best;
  }, undefined);
}

function acceptAll(): boolean {
  return true;
}

/** Index of the last accepted activity at or before `from`; -1 when there is none. */
function lastAccepted(
  list: readonly Activity[],
  from: number,
  accepts: (activity: Activity) => boolean,
): number {
  for (let at = from; at >= 0; at -= 1) {
    const activity = list[at];
    if (activity !== undefined && accepts(activity)) return at;
  }
  return -1;
}

/** Index of the last activity whose serial is smaller than `before`: lists are in order of serial. */
function lastBefore(list: readonly Activity[], before: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.serial ?? 0) < before) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
