import { dueAt, type Schedule } from './schedule.ts';

/** After a failure a model is tried again this soon (ms), then after twice as long, and so on up to its schedule. */
const RETRY_MS = 30_000;
const RETRY_MS_MAX = 15 * 60_000;

export interface TimetableEntry {
  readonly model: string;
  readonly schedule: Schedule;
  /** Unix ms when it was last begun and came to an end; undefined when it never was. */
  readonly lastAt: number | undefined;
}

/** What is known of one model. Times in unix ms. */
interface Place {
  readonly schedule: Schedule;
  lastAt: number | undefined;
  dueAt: number | undefined;
  failures: number;
}

/** Knows when each model is due. A model that becomes due several times while others are run is due once. */
export class Timetable {
  private readonly places: ReadonlyMap<string, Place>;

  constructor(entries: readonly TimetableEntry[], now: number) {
    const lastAt = new Map(entries.map((entry) => [entry.model, entry.lastAt]));
    this.places = new Map(
      entries.map((entry) => [
        entry.model,
        {
          schedule: entry.schedule,
          lastAt: entry.lastAt,
          dueAt: firstDueAt(entry, lastAt, now),
          failures: 0,
        },
      ]),
    );
  }

  /** Models that are to be run now, in the order of the contract. */
  due(now: number): readonly string[] {
    return [...this.places].filter(([, place]) => (place.dueAt ?? Infinity) <= now).map(([model]) => model);
  }

  /** When something is due next; undefined when nothing is until something was run. */
  nextAt(): number | undefined {
    const times = [...this.places.values()].flatMap((place) => place.dueAt ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  dueAt(model: string): number | undefined {
    return this.places.get(model)?.dueAt;
  }

  /** These were run, begun at `startedAt`: their next turn is set, and who waits for them is due. */
  done(models: readonly string[], startedAt: number, now: number): void {
    for (const model of models) {
      const place = this.places.get(model);
      if (place === undefined) continue;
      place.lastAt = startedAt;
      place.failures = 0;
      place.dueAt = dueAt(place.schedule, startedAt, now);
    }
    for (const [name, place] of this.places) {
      const { schedule } = place;
      const isNext = schedule.kind === 'after' && models.includes(schedule.model) && !models.includes(name);
      if (isNext) place.dueAt = now;
    }
  }

  /** These could not be run: they are tried again soon, and less often each time. */
  failed(models: readonly string[], now: number): void {
    for (const model of models) {
      const place = this.places.get(model);
      if (place === undefined) continue;
      place.failures += 1;
      place.dueAt = now + Math.min(RETRY_MS * 2 ** (place.failures - 1), RETRY_MS_MAX);
    }
  }

  /** These wait for somebody else, who is at work: they are tried again at `at`. */
  postponed(models: readonly string[], at: number): void {
    for (const model of models) {
      const place = this.places.get(model);
      if (place !== undefined) place.dueAt = at;
    }
  }
}

/** Who goes after another model begins at once where that one was run later, or nothing was. */
function firstDueAt(
  { schedule, lastAt }: TimetableEntry,
  lastAtOf: ReadonlyMap<string, number | undefined>,
  now: number,
): number | undefined {
  if (schedule.kind !== 'after') return dueAt(schedule, lastAt, now);
  return lastAt === undefined || (lastAtOf.get(schedule.model) ?? 0) > lastAt ? now : undefined;
}
