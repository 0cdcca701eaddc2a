import type { TimeRule } from '../contract/contract.ts';
import type { RawCells } from '../shape/encode-person.ts';
import { shapeTime } from '../shape/shape-time.ts';
import { decodeCell } from '../shape/shape-value.ts';
import { readDateTime } from '../time/datetime-text.ts';
import { timeZone } from '../time/time-zone.ts';
import { emptyHours, type Histogram, HOURS } from './hours.ts';

/** A column of times that is looked at while rows pass. */
export interface WatchedTime {
  readonly model: string;
  readonly column: string;
  /** Index in the result. */
  readonly index: number;
  /** With the zone settled. */
  readonly rule: TimeRule;
  /** A TIMESTAMP or a number: no zone has to be declared for it. */
  readonly isZoneless: boolean;
}

/** What was seen of one column. Never a value. */
export interface TimeColumnFacts extends Omit<WatchedTime, 'index' | 'rule'> {
  readonly timeZone: string;
  /** How clocks go in the declared zone. */
  readonly clock: 'utc' | 'fixed' | 'changing';
  readonly rows: number;
  /** Hours on the clock as written, from December to February and from June to August; empty for numbers. */
  readonly winter: Histogram;
  readonly summer: Histogram;
  /** Hours on the clock of the project's zone. */
  readonly projectHours: Histogram;
  /** Rows ahead of now by more than the skew and by no more than zones can differ, and by how much. */
  readonly aheadRows: number;
  readonly aheadSecondsMax: number;
  /** Rows further in the future: meant to be there. */
  readonly farAheadRows: number;
}

/** Two columns of one row, the first of which comes first in life: created and paid. */
export interface TimePairFacts {
  readonly model: string;
  readonly earlier: string;
  readonly later: string;
  /** Rows with both. */
  readonly rows: number;
  /** Rows in which the later one lies before the earlier one, by no more than zones can differ. */
  readonly invertedRows: number;
  /** Median of by how much. */
  readonly invertedSeconds: number;
}

export interface TimeFacts {
  readonly projectZone: string;
  readonly columns: readonly TimeColumnFacts[];
  readonly pairs: readonly TimePairFacts[];
}

/** No two places on earth are further apart by the clock. */
export const ZONE_SECONDS_MAX = 14 * 3600;

const DAY_SECONDS = 86_400;
const WINTER_MONTHS: ReadonlySet<number> = new Set([11, 0, 1]);
const SUMMER_MONTHS: ReadonlySet<number> = new Set([5, 6, 7]);

/** Gaps kept for the median. */
const GAPS_MAX = 1000;

class ColumnTally {
  readonly watched: WatchedTime;
  readonly winter = emptyHours();
  readonly summer = emptyHours();
  readonly projectHours = emptyHours();
  rows = 0;
  aheadRows = 0;
  aheadSecondsMax = 0;
  farAheadRows = 0;

  constructor(watched: WatchedTime) {
    this.watched = watched;
  }
}

interface PairTally {
  readonly earlier: number;
  readonly later: number;
  rows: number;
  invertedRows: number;
  readonly gaps: number[];
}

/** Rows as the source hands them on. */
interface Rows {
  readonly length: number;
  raw(row: number): RawCells;
}

/** Gathers, row by row, what tells right zones from wrong ones. The columns are those of one model. */
export class TimeEvidence {
  private readonly columns: readonly ColumnTally[];
  private readonly pairs: readonly PairTally[];
  private readonly projectZone: string;
  /** Unix seconds; the skew is allowed for. */
  private readonly latest: number;

  constructor(
    watched: readonly WatchedTime[],
    options: { readonly projectZone: string; readonly latest: number },
  ) {
    this.columns = watched.map((column) => new ColumnTally(column));
    this.pairs = pairsOf(watched.map(({ column }) => column));
    this.projectZone = options.projectZone;
    this.latest = options.latest;
  }

  take(rows: Rows): void {
    for (let row = 0; row < rows.length; row += 1) this.takeRow(rows.raw(row));
  }

  facts(): Pick<TimeFacts, 'columns' | 'pairs'> {
    return {
      columns: this.columns.map(columnFacts),
      pairs: this.pairs.map((pair) => ({
        model: this.columns[pair.earlier]?.watched.model ?? '',
        earlier: this.columns[pair.earlier]?.watched.column ?? '',
        later: this.columns[pair.later]?.watched.column ?? '',
        rows: pair.rows,
        invertedRows: pair.invertedRows,
        invertedSeconds: median(pair.gaps),
      })),
    };
  }

  private takeRow(cells: RawCells): void {
    const times = this.columns.map((column) => this.takeCell(cells, column));
    for (const pair of this.pairs) takePair(pair, times[pair.earlier], times[pair.later]);
  }

  /** @returns unix seconds, or undefined when the cell holds no time. */
  private takeCell({ buffer, starts, ends }: RawCells, column: ColumnTally): number | undefined {
    const { index, rule } = column.watched;
    const end = ends[index] as number;
    const text = end < 0 ? undefined : decodeCell(buffer, starts[index] as number, end);
    if (text === undefined || text === null) return undefined;
    const time = shapeTime(text, rule);
    if ('fault' in time) return undefined;
    column.rows += 1;
    this.takeInstant(column, time.unixSeconds);
    takeClock(column, text, timeZone(this.projectZone).localOf(time.unixSeconds));
    return time.unixSeconds;
  }

  private takeInstant(column: ColumnTally, unixSeconds: number): void {
    const ahead = unixSeconds - this.latest;
    if (ahead <= 0) return;
    if (ahead > ZONE_SECONDS_MAX) column.farAheadRows += 1;
    else {
      column.aheadRows += 1;
      column.aheadSecondsMax = Math.max(column.aheadSecondsMax, ahead);
    }
  }
}

/** Midnight is what dates without a time are written as: it says nothing about anybody's day. */
function takeClock(column: ColumnTally, text: string, projectLocal: number): void {
  if (column.watched.rule.format !== 'datetime') {
    addHour(column.projectHours, projectLocal);
    return;
  }
  const reading = readDateTime(text);
  if (reading.kind !== 'local' || reading.local % DAY_SECONDS === 0) return;
  const month = new Date(reading.local * 1000).getUTCMonth();
  if (WINTER_MONTHS.has(month)) addHour(column.winter, reading.local);
  if (SUMMER_MONTHS.has(month)) addHour(column.summer, reading.local);
  addHour(column.projectHours, projectLocal);
}

function addHour(hours: number[], local: number): void {
  const hour = Math.floor((((local % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS) / (DAY_SECONDS / HOURS));
  hours[hour] = (hours[hour] ?? 0) + 1;
}

function takePair(pair: PairTally, earlier: number | undefined, later: number | undefined): void {
  if (earlier === undefined || later === undefined) return;
  pair.rows += 1;
  const gap = earlier - later;
  if (gap <= 0 || gap > ZONE_SECONDS_MAX) return;
  pair.invertedRows += 1;
  if (pair.gaps.length < GAPS_MAX) pair.gaps.push(gap);
}

const BEGINNINGS =
  /(^|_)(created|registered|signed_up|signup|joined|started|opened|placed|ordered|requested)(_|$)/;
const ENDINGS =
  /(^|_)(paid|shipped|delivered|fulfilled|completed|finished|refunded|returned|cancell?ed|abandoned|closed|ended|expired)(_|$)/;

/** Pairs of columns whose names tell which comes first. */
function pairsOf(columns: readonly string[]): readonly PairTally[] {
  const named = (pattern: RegExp): readonly number[] =>
    columns.flatMap((column, index) => (pattern.test(column.toLowerCase()) ? [index] : []));
  return named(BEGINNINGS).flatMap((earlier) =>
    named(ENDINGS)
      .filter((later) => later !== earlier)
      .map((later) => ({ earlier, later, rows: 0, invertedRows: 0, gaps: [] })),
  );
}

function columnFacts(tally: ColumnTally): TimeColumnFacts {
  const { watched, rows, winter, summer, projectHours, aheadRows, aheadSecondsMax, farAheadRows } = tally;
  const { model, column, isZoneless, rule } = watched;
  return {
    ...{ model, column, isZoneless, rows, winter, summer, projectHours },
    ...{ aheadRows, aheadSecondsMax, farAheadRows },
    timeZone: rule.timeZone,
    clock: isZoneless ? 'utc' : clockOf(rule.timeZone),
  };
}

/** A year in the middle of those that data are from. */
const JANUARY = Date.UTC(2020, 0, 15) / 1000;
const JULY = Date.UTC(2020, 6, 15) / 1000;

function clockOf(zone: string): TimeColumnFacts['clock'] {
  const { localOf } = timeZone(zone);
  const [winter, summer] = [localOf(JANUARY) - JANUARY, localOf(JULY) - JULY];
  if (winter !== summer) return 'changing';
  return winter === 0 ? 'utc' : 'fixed';
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
