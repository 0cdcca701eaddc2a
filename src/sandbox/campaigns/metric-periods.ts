/** The lengths of time metrics are counted by, with the words the App API takes for each. */
const PERIODS: Readonly<Record<string, Period>> = {
  hours: 'hours',
  hourly: 'hours',
  days: 'days',
  daily: 'days',
  weeks: 'weeks',
  weekly: 'weeks',
  months: 'months',
  monthly: 'months',
};

export type Period = 'hours' | 'days' | 'weeks' | 'months';

const HOUR_SECONDS = 3600;
/** 1970 began on a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY_SECONDS = 4 * 24 * HOUR_SECONDS;
const SECONDS: Readonly<Record<Exclude<Period, 'months'>, number>> = {
  hours: HOUR_SECONDS,
  days: 24 * HOUR_SECONDS,
  weeks: 7 * 24 * HOUR_SECONDS,
};

export function periodNamed(word: string): Period | undefined {
  return Object.hasOwn(PERIODS, word) ? PERIODS[word] : undefined;
}

/** Which period after the one that holds `start` a moment lies in; all in unix seconds and UTC. */
export function periodIndex(period: Period, start: number, at: number): number {
  if (period === 'months') return monthOf(at) - monthOf(start);
  const seconds = SECONDS[period];
  const origin = period === 'weeks' ? FIRST_MONDAY_SECONDS : 0;
  return Math.floor((at - origin) / seconds) - Math.floor((start - origin) / seconds);
}

function monthOf(seconds: number): number {
  const date = new Date(seconds * 1000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
