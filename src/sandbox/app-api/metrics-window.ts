import { type Period, periodIndex, periodNamed } from '../campaigns/metric-periods.ts';
import { numberIn } from './query-number.ts';

/** Which stretch of time is asked for, and by which periods it is counted. */
export interface MetricsWindow {
  readonly period: Period;
  /** Unix seconds, both included. */
  readonly start: number;
  readonly end: number;
}

/** More periods than this in one answer are refused: ten years of days. */
const PERIODS_MAX = 3700;

/** The window of journey_metrics: all three parameters are needed. @returns the window, or what is wrong. */
export function journeyWindow(query: URLSearchParams): MetricsWindow | string {
  const start = numberIn(query, 'start');
  const end = numberIn(query, 'end');
  const word = query.get('resolution') ?? query.get('res');
  const missing = [
    ...(start === undefined ? ['start'] : []),
    ...(end === undefined ? ['end'] : []),
    ...(word === null ? ['resolution'] : []),
  ];
  if (start === undefined || end === undefined || word === null) return `${missing.join(', ')} is required`;
  return checkedWindow(word, start, end);
}

interface Version1 {
  readonly stepsDefault: number;
  readonly stepsMax: number;
  readonly seconds: number;
}

const DAY_SECONDS = 86_400;
/** "24 hours, 45 days, 12 weeks, or 120 months"; 12 months when nothing is said. */
const VERSION_1: Readonly<Record<Period, Version1>> = {
  hours: { stepsDefault: 24, stepsMax: 24, seconds: 3600 },
  days: { stepsDefault: 45, stepsMax: 45, seconds: DAY_SECONDS },
  weeks: { stepsDefault: 12, stepsMax: 12, seconds: 7 * DAY_SECONDS },
  months: { stepsDefault: 12, stepsMax: 120, seconds: 30 * DAY_SECONDS },
};
const STEPS_MIN = 2;

/** The window of metrics: version 2 with res, start and end, or the deprecated period and steps. */
export function deliveryWindow(query: URLSearchParams, now: number): MetricsWindow | string {
  if (query.get('version') === '2') {
    const word = query.get('res') ?? 'days';
    const end = numberIn(query, 'end') ?? now;
    return checkedWindow(word, numberIn(query, 'start') ?? end - VERSION_1.days.stepsMax * DAY_SECONDS, end);
  }
  const period = periodNamed(query.get('period') ?? 'days');
  if (period === undefined) return `period ${query.get('period')} is not known`;
  const { stepsDefault, stepsMax, seconds } = VERSION_1[period];
  const steps = numberIn(query, 'steps') ?? stepsDefault;
  if (Number.isNaN(steps) || steps > stepsMax) return `steps must be a number up to ${stepsMax}`;
  const counted = steps === 0 ? stepsMax : Math.max(STEPS_MIN, steps);
  return { period, start: now - (counted - 1) * seconds, end: now };
}

function checkedWindow(word: string, start: number, end: number): MetricsWindow | string {
  const period = periodNamed(word);
  if (period === undefined) return `resolution ${word} is not known; use hours, days, weeks or months`;
  if (Number.isNaN(start) || Number.isNaN(end)) return 'start and end must be unix seconds';
  if (start > end) return 'start must not be after end';
  const isTooLong = periodIndex(period, start, end) >= PERIODS_MAX;
  return isTooLong ? `ask for at most ${PERIODS_MAX} ${period} at once` : { period, start, end };
}
