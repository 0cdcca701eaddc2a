import {
  added,
  busyHours,
  chanceDistance,
  distance,
  type Histogram,
  HOURS,
  quietHour,
  total,
} from './hours.ts';
import type { TimeColumnFacts, TimeFacts, TimePairFacts } from './time-evidence.ts';

/** Why the zone of a column is probably wrong. */
export interface ZoneFinding {
  readonly kind: 'hours_stand_still' | 'hours_move' | 'hours_apart' | 'ahead_of_now' | 'before_created';
  readonly model: string;
  readonly column: string;
  /** The evidence, in words. */
  readonly message: string;
  readonly cure: string;
}

/** Looks for columns whose declared zone does not fit what people do at what hours. */
export function judgeZones(facts: TimeFacts): readonly ZoneFinding[] {
  return [
    ...facts.columns.flatMap(judgeSeasons),
    ...judgeApart(facts),
    ...facts.columns.flatMap(judgeAhead),
    ...facts.pairs.flatMap(judgePair),
  ];
}

/** Fewer values than this in a season say nothing. */
const SEASON_ROWS_MIN = 300;

/** By so much (share of the values) one explanation must be better than the other. */
const MARGIN_MIN = 0.03;
const MARGIN_SHARE = 0.25;
/** … and clearly more than chance would make of it. */
const CHANCE_FACTOR = 2;

/** Whether the hours of a year stand still on the clock as written, or move with the sun as UTC does. */
function seasons(winter: Histogram, summer: Histogram): 'still' | 'moving' | undefined {
  if (total(winter) < SEASON_ROWS_MIN || total(summer) < SEASON_ROWS_MIN) return undefined;
  const still = distance(winter, summer, 0);
  // An hour earlier on the written clock in the north's summer, an hour later in the south's.
  const moving = Math.min(distance(winter, summer, -1), distance(winter, summer, 1));
  const better = Math.min(still, moving);
  const worse = Math.max(still, moving);
  const isClear = worse - better >= Math.max(MARGIN_MIN, MARGIN_SHARE * worse);
  if (!isClear || worse < CHANCE_FACTOR * chanceDistance(winter, summer)) return undefined;
  return still < moving ? 'still' : 'moving';
}

function judgeSeasons(column: TimeColumnFacts): readonly ZoneFinding[] {
  const { winter, summer, clock, timeZone, isZoneless } = column;
  const seen = seasons(winter, summer);
  const hours = added(winter, summer);
  if (seen === 'moving' && clock === 'changing') {
    return [
      zoneFinding(
        column,
        'hours_move',
        `its hours move by one between winter and summer, as times in UTC do; in ${timeZone} they would stand still`,
        'Declare `time_zone: UTC` for it, if the shop writes UTC.',
      ),
    ];
  }
  if (seen !== 'still' || clock !== 'utc' || !isNight(quietHour(hours))) return [];
  return [
    zoneFinding(
      column,
      'hours_stand_still',
      `it is read as UTC, and its hours (half of them from ${busyHours(hours)}) are the same in winter and summer: so it is on a clock on the wall where clocks are changed, and not in UTC`,
      isZoneless
        ? "Convert it in the query: CONVERT_TZ(column, 'Europe/London', 'UTC'), with the zone in which it was written. If clocks do not change there, all is well."
        : 'Declare the zone in which the shop writes it, such as `time_zone: Europe/London`. If clocks do not change there, all is well.',
    ),
  ];
}

/** People sleep around three in the morning, wherever they are. */
function isNight(hour: number): boolean {
  return hour <= 6.5 || hour >= 23.5;
}

const APART_ROWS_MIN = 500;
const APART_DISTANCE_MIN = 0.3;
const APART_DISTANCE_MAX = 0.12;

/** Columns whose hours fit those of all others only when they are moved. */
function judgeApart({ columns, projectZone }: TimeFacts): readonly ZoneFinding[] {
  const known = columns.filter(({ projectHours }) => total(projectHours) >= APART_ROWS_MIN);
  const declared = known.filter(({ isZoneless }) => !isZoneless);
  const findings = declared.flatMap((column) => {
    const others = known.filter((other) => other !== column).map(({ projectHours }) => projectHours);
    const [first, ...rest] = others;
    return first === undefined ? [] : judgeAgainst(column, rest.reduce(added, first), projectZone);
  });
  // Of two that differ it can not be told which one is wrong: one finding is enough.
  return known.length === 2 ? findings.slice(0, 1) : findings;
}

function judgeAgainst(
  column: TimeColumnFacts,
  others: Histogram,
  projectZone: string,
): readonly ZoneFinding[] {
  const apart = distance(others, column.projectHours, 0);
  const shifts = Array.from({ length: HOURS - 1 }, (_, index) => index + 1 - HOURS / 2).filter(
    (shift) => shift !== 0,
  );
  const distances = shifts.map((shift) => ({ shift, fit: distance(others, column.projectHours, shift) }));
  const best = distances.reduce((a, b) => (b.fit < a.fit ? b : a));
  if (apart < APART_DISTANCE_MIN || best.fit > APART_DISTANCE_MAX) return [];
  const hours = `${Math.abs(best.shift)} h ${best.shift > 0 ? 'earlier' : 'later'}`;
  return [
    zoneFinding(
      column,
      'hours_apart',
      `on the clock of ${projectZone}, half of its times lie from ${busyHours(column.projectHours)}, half of all others from ${busyHours(others)}: they would fit if it were ${hours}`,
      `Check its \`time_zone\`, which is ${column.timeZone}.`,
    ),
  ];
}

const AHEAD_ROWS_MIN = 3;
/** Far fewer rows may lie further ahead: else the column is one of times to come. */
const FAR_SHARE_MAX = 0.1;

function judgeAhead(column: TimeColumnFacts): readonly ZoneFinding[] {
  const { aheadRows, aheadSecondsMax, farAheadRows, timeZone } = column;
  if (aheadRows < AHEAD_ROWS_MIN || farAheadRows > aheadRows * FAR_SHARE_MAX) return [];
  return [
    zoneFinding(
      column,
      'ahead_of_now',
      `${aheadRows} rows lie up to ${duration(aheadSecondsMax)} in the future, as local times of places east of ${timeZone} do when they are read in it`,
      'Declare the zone in which the shop writes it, or check the clock of the server that writes it.',
    ),
  ];
}

const INVERTED_ROWS_MIN = 20;
const INVERTED_SHARE_MIN = 0.1;
const INVERTED_SECONDS_MIN = 1200;

function judgePair(pair: TimePairFacts): readonly ZoneFinding[] {
  const { model, earlier, later, rows, invertedRows, invertedSeconds } = pair;
  const isClear = invertedRows >= INVERTED_ROWS_MIN && invertedRows >= rows * INVERTED_SHARE_MIN;
  if (!isClear || invertedSeconds < INVERTED_SECONDS_MIN) return [];
  return [
    {
      kind: 'before_created',
      model,
      column: later,
      message: `it lies before \`${earlier}\` in ${invertedRows} of ${rows} rows, mostly by about ${duration(invertedSeconds)}`,
      cure: 'The zone of one of the two is wrong: give that column a `time_zone` of its own.',
    },
  ];
}

function zoneFinding(
  { model, column }: TimeColumnFacts,
  kind: ZoneFinding['kind'],
  message: string,
  cure: string,
): ZoneFinding {
  return { kind, model, column, message, cure };
}

/** `1 h 58 min`, `40 min` */
function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}
