import { describe, expect, it } from 'vitest';
import { timeRule } from '../../../test/support/fields.ts';
import { type SeededRandom, seededRandom } from '../../demo/seeded-random.ts';
import type { RawCells } from '../shape/encode-person.ts';
import { formatLocal } from '../time/datetime-text.ts';
import { timeZone } from '../time/time-zone.ts';
import { busyHours, chanceDistance, distance, emptyHours, quietHour } from './hours.ts';
import { judgeZones, type ZoneFinding } from './judge-zones.ts';
import { TimeEvidence, type TimeFacts, type WatchedTime } from './time-evidence.ts';

const NOW = Date.UTC(2026, 10, 23, 12) / 1000;
const YEAR_SECONDS = 365 * 86_400;

/** How a shop writes one of its columns, and what the contract says of it. */
interface Written {
  readonly column: string;
  /** Zone of the clock that the shop writes by. */
  readonly clock: string;
  readonly declared: string;
  readonly isZoneless?: boolean;
}

interface Shop {
  /** Where its people live. */
  readonly zone: string;
  readonly columns: readonly Written[];
  /** When in the day things happen (seconds after midnight there). */
  readonly habit?: (random: SeededRandom) => number;
  readonly rows?: number;
  readonly projectZone?: string;
}

/** Orders from ten to ten, most of them in the evening. */
function evening(random: SeededRandom): number {
  const hour = 10 + 12 * Math.max(random.next(), random.next());
  return Math.floor(hour * 3600);
}

/** From nine to five. */
const office = (random: SeededRandom): number => Math.floor((9 + 8 * random.next()) * 3600);

function cellsOf(texts: readonly string[]): RawCells {
  const buffers = texts.map((text) => Buffer.from(text));
  const starts = new Int32Array(texts.length);
  const ends = new Int32Array(texts.length);
  let at = 0;
  buffers.forEach((buffer, index) => {
    starts[index] = at;
    at += buffer.length;
    ends[index] = at;
  });
  return { buffer: Buffer.concat(buffers), starts, ends };
}

const written = (instant: number, clock: string): string => formatLocal(timeZone(clock).localOf(instant));

function watch({ column, declared, isZoneless = false }: Written, index: number): WatchedTime {
  return { model: 'orders', column, index, rule: timeRule({ timeZone: declared }), isZoneless };
}

/** The last year of a shop: every column holds a moment of its own, a minute after the one before. */
function yearOf(shop: Shop): TimeFacts {
  const { zone, columns, habit = evening, rows = 5000, projectZone = 'UTC' } = shop;
  const random = seededRandom(7);
  const evidence = new TimeEvidence(columns.map(watch), { projectZone, latest: NOW + 300 });
  const cells = Array.from({ length: rows }, () => {
    const day = Math.floor((NOW - random.next() * YEAR_SECONDS) / 86_400) * 86_400;
    const [instant = day] = timeZone(zone).instantsOf(day - 86_400 + habit(random));
    return cellsOf(columns.map(({ clock }, index) => written(instant + index * 60, clock)));
  });
  evidence.take({ length: cells.length, raw: (row) => cells[row] as RawCells });
  return { projectZone, ...evidence.facts() };
}

const kindsOf = (findings: readonly ZoneFinding[]) =>
  findings.map(({ column, kind }) => `${column}: ${kind}`);

describe('a column whose zone is right', () => {
  it.each([
    ['Europe/London', 'Europe/London'],
    ['Europe/London', 'UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
    ['Europe/Berlin', 'UTC'],
    ['America/New_York', 'America/New_York'],
    ['America/New_York', 'UTC'],
    ['America/Los_Angeles', 'America/Los_Angeles'],
    ['Australia/Sydney', 'Australia/Sydney'],
    ['Australia/Sydney', 'UTC'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['Asia/Kolkata', 'UTC'],
    ['Asia/Tokyo', 'UTC'],
    ['America/Sao_Paulo', 'America/Sao_Paulo'],
  ])('people in %s, written and read in %s: nothing is found', (zone, clock) => {
    for (const habit of [evening, office]) {
      const columns = [{ column: 'paid_at', clock, declared: clock }];
      expect(judgeZones(yearOf({ zone, columns, habit }))).toEqual([]);
    }
  });

  it('is not doubted for a few rows, nor for times that are all the same', () => {
    const columns = [{ column: 'paid_at', clock: 'Europe/London', declared: 'UTC' }];
    expect(judgeZones(yearOf({ zone: 'Europe/London', columns, rows: 200 }))).toEqual([]);
    const night = (): number => 0;
    expect(judgeZones(yearOf({ zone: 'Europe/London', columns, habit: night }))).toEqual([]);
  });
});

describe('a column whose zone is wrong', () => {
  it.each(['Europe/London', 'Europe/Berlin', 'America/New_York', 'Australia/Sydney'])(
    'written in %s and read as UTC: its hours stand still',
    (zone) => {
      for (const habit of [evening, office]) {
        const columns = [{ column: 'paid_at', clock: zone, declared: 'UTC' }];
        const [finding, ...others] = judgeZones(yearOf({ zone, columns, habit }));
        expect(others).toEqual([]);
        expect(finding).toMatchObject({ kind: 'hours_stand_still', column: 'paid_at' });
        expect(finding?.message).toMatch(/half of them from \d+ to \d+ h.*same in winter and summer/);
        expect(finding?.cure).toMatch(/time_zone/);
      }
    },
  );

  it.each(['Europe/London', 'Europe/Berlin', 'America/New_York', 'Australia/Sydney'])(
    'written in UTC and read as %s: its hours move',
    (zone) => {
      for (const habit of [evening, office]) {
        const columns = [{ column: 'paid_at', clock: 'UTC', declared: zone }];
        expect(kindsOf(judgeZones(yearOf({ zone, columns, habit })))).toEqual(['paid_at: hours_move']);
      }
    },
  );

  it('written by the wall clock into a TIMESTAMP: the cure lies in the query', () => {
    const columns = [{ column: 'paid_at', clock: 'Europe/Berlin', declared: 'UTC', isZoneless: true }];
    const [finding] = judgeZones(yearOf({ zone: 'Europe/Berlin', columns }));
    expect(finding?.cure).toMatch(/CONVERT_TZ/);
  });

  it('does not fit the others', () => {
    const right = (column: string): Written => ({
      column,
      clock: 'America/New_York',
      declared: 'America/New_York',
    });
    const wrong = { column: 'logged_at', clock: 'UTC', declared: 'America/New_York' };
    const shop = {
      zone: 'America/New_York',
      projectZone: 'America/New_York',
      columns: [right('seen_at'), right('placed_at'), wrong],
    };
    const findings = judgeZones(yearOf(shop)).filter(({ kind }) => kind === 'hours_apart');
    expect(kindsOf(findings)).toEqual(['logged_at: hours_apart']);
    expect(findings[0]?.message).toMatch(/they would fit if it were [45] h earlier/);
  });

  it('was paid before it was created', () => {
    const shop = {
      zone: 'America/New_York',
      columns: [
        { column: 'created_at', clock: 'UTC', declared: 'UTC' },
        { column: 'paid_at', clock: 'America/New_York', declared: 'UTC' },
      ],
    };
    const findings = judgeZones(yearOf(shop)).filter(({ kind }) => kind === 'before_created');
    expect(findings).toHaveLength(1);
    expect(findings[0]?.message).toMatch(
      /before `created_at` in 5000 of 5000 rows, mostly by about [34] h 59 min/,
    );
  });

  it('lies ahead of now', () => {
    const watched = [watch({ column: 'paid_at', clock: 'Europe/Berlin', declared: 'UTC' }, 0)];
    const evidence = new TimeEvidence(watched, { projectZone: 'UTC', latest: NOW + 300 });
    const cells = [10, 20, 30, 90].map((minutes) => cellsOf([written(NOW - minutes * 60, 'Europe/Berlin')]));
    evidence.take({ length: cells.length, raw: (row) => cells[row] as RawCells });
    const [finding] = judgeZones({ projectZone: 'UTC', ...evidence.facts() });
    expect(finding).toMatchObject({ kind: 'ahead_of_now', column: 'paid_at' });
    expect(finding?.message).toMatch(/^3 rows lie up to 45 min in the future/);
  });

  it('unless it is a column of times to come', () => {
    const watched = [watch({ column: 'renews_at', clock: 'UTC', declared: 'UTC' }, 0)];
    const evidence = new TimeEvidence(watched, { projectZone: 'UTC', latest: NOW + 300 });
    const cells = [1, 2, 3, 40, 50, 60, 70].map((hours) => cellsOf([written(NOW + hours * 3600, 'UTC')]));
    evidence.take({ length: cells.length, raw: (row) => cells[row] as RawCells });
    expect(judgeZones({ projectZone: 'UTC', ...evidence.facts() })).toEqual([]);
  });
});

describe('histograms of hours', () => {
  const at = (...hours: readonly number[]) => {
    const histogram = emptyHours();
    for (const hour of hours) histogram[hour] = (histogram[hour] ?? 0) + 1;
    return histogram;
  };

  it('are as far apart as values have to move', () => {
    expect(distance(at(1, 2), at(1, 2), 0)).toBe(0);
    expect(distance(at(1, 2), at(2, 3), 0)).toBe(0.5);
    expect(distance(at(1, 2), at(2, 3), 1)).toBe(0);
    expect(distance(at(23), at(0), 1)).toBe(0);
    expect(chanceDistance(at(1, 2, 3), at(1, 2, 3))).toBeGreaterThan(0);
  });

  it('have a quiet stretch, over midnight too', () => {
    const all = Array.from({ length: 24 }, (_, hour) => hour);
    expect(quietHour(at(...all.filter((hour) => hour < 1 || hour > 6)))).toBe(4);
    expect(quietHour(at(...all.filter((hour) => hour > 2 && hour < 21)))).toBe(0);
    expect(busyHours(at(9, 10, 10, 10, 11, 20))).toBe('10 to 11 h');
  });
});
