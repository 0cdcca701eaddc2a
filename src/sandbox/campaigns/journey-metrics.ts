import { secondsOf } from '../sandbox-clock.ts';
import type { Journey, JourneyRecord } from './journey.ts';
import { type Period, periodIndex } from './metric-periods.ts';

/** Each metric of a journey, and whether one has reached it by now. */
const JOURNEY_METRICS = {
  started: () => true,
  activated: ({ isActivated }) => isActivated,
  exited_early: ({ state }) => state === 'exited',
  finished: ({ state }) => state === 'finished',
  converted: ({ convertedAtMs }) => convertedAtMs !== undefined,
  never_activated: ({ isActivated, state }) => !isActivated && state !== 'under_way',
  messaged: ({ messagesSent }) => messagesSent > 0,
} as const satisfies Readonly<Record<string, (journey: JourneyRecord) => boolean>>;

export type JourneyMetrics = Readonly<Record<keyof typeof JOURNEY_METRICS, readonly number[]>>;

/**
 * For each period from start to end (unix seconds, both included) how many of the journeys that started in it
 * have reached each metric by now: that is how the documents count.
 */
export function journeyMetrics(
  journeys: Iterable<Journey>,
  period: Period,
  start: number,
  end: number,
): JourneyMetrics {
  const length = periodIndex(period, start, end) + 1;
  const names = Object.keys(JOURNEY_METRICS) as (keyof typeof JOURNEY_METRICS)[];
  const counts = Object.fromEntries(names.map((name) => [name, new Array<number>(length).fill(0)]));
  for (const { record } of journeys) {
    const startedAt = secondsOf(record.startedAtMs);
    if (startedAt < start || startedAt > end) continue;
    const at = periodIndex(period, start, startedAt);
    for (const name of names) {
      const list = counts[name];
      if (list !== undefined && JOURNEY_METRICS[name](record)) list[at] = (list[at] ?? 0) + 1;
    }
  }
  return counts as Record<keyof typeof JOURNEY_METRICS, number[]>;
}
