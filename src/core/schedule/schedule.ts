import { Cron } from 'croner';

/** When a model is to be run. */
export type Schedule =
  /** So long after it was last begun. */
  | { readonly kind: 'every'; readonly seconds: number }
  | { readonly kind: 'cron'; readonly pattern: string; readonly timeZone: string }
  /** When that model was run. */
  | { readonly kind: 'after'; readonly model: string };

/**
 * When a model that was last begun at `lastAt` (undefined: never) is due, as unix ms; undefined when the clock does
 * not decide. Times of a cron pattern that were missed count once. A pattern without a last time waits for
 * its next one from `now` on.
 */
export function dueAt(schedule: Schedule, lastAt: number | undefined, now: number): number | undefined {
  switch (schedule.kind) {
    case 'every':
      return lastAt === undefined ? now : lastAt + schedule.seconds * 1000;
    case 'cron':
      return nextOf(schedule, lastAt ?? now);
    case 'after':
      return undefined;
  }
}

/** Whether a pattern of five or six fields names a time at all. */
export function isCronPattern(pattern: string): boolean {
  try {
    return nextOf({ pattern, timeZone: 'UTC' }, 0) !== undefined;
  } catch {
    return false;
  }
}

function nextOf(
  { pattern, timeZone }: { readonly pattern: string; readonly timeZone: string },
  after: number,
): number | undefined {
  return new Cron(pattern, { timezone: timeZone }).nextRun(new Date(after))?.getTime();
}

/** The shortest time (seconds) in which a schedule comes round, as far as the clock decides; for health. */
export function usualGapSeconds(schedule: Schedule, now: number): number | undefined {
  if (schedule.kind === 'every') return schedule.seconds;
  if (schedule.kind === 'after') return undefined;
  const next = nextOf(schedule, now);
  const following = next === undefined ? undefined : nextOf(schedule, next);
  return next === undefined || following === undefined ? undefined : (following - next) / 1000;
}
