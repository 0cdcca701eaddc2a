import type { BusiestHour } from '../plan/plan-summary.ts';
import { MOMENT_WORDS, occurredAtOf } from './moments.ts';

const SECONDS_PER_HOUR = 3600;

/** Events by the hour in which they happened, in hours since 1970. */
export type EventHours = ReadonlyMap<number, number>;

export function hourOf(unixSeconds: number): number {
  return Math.floor(unixSeconds / SECONDS_PER_HOUR);
}

/** The hours of the events at these places of a batch. */
export function eventHours(moments: Uint32Array, places: readonly number[]): EventHours {
  const hours = new Map<number, number>();
  if (moments.length < MOMENT_WORDS) return hours;
  for (const place of places) {
    const hour = hourOf(occurredAtOf(moments, place));
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  return hours;
}

/** The fullest of the hours that are about to get events, beside what was sent; undefined without a day of history. */
export function busiestHour(
  planned: EventHours,
  sent: EventHours,
  { now, hoursKnownMin }: { readonly now: number; readonly hoursKnownMin: number },
): BusiestHour | undefined {
  const first = Math.min(...sent.keys());
  if (planned.size === 0 || hourOf(now) - first < hoursKnownMin) return undefined;
  let busiest: Omit<BusiestHour, 'usual'> = { hour: 0, events: 0 };
  for (const [hour, count] of planned) {
    const events = count + (sent.get(hour) ?? 0);
    if (events > busiest.events) busiest = { hour, events };
  }
  let usual = 0;
  for (const [hour, events] of sent) if (hour !== busiest.hour && events > usual) usual = events;
  return { ...busiest, usual };
}
