export const HOURS = 24;

/** How many values fall into each hour of the day. */
export type Histogram = readonly number[];

export function emptyHours(): number[] {
  return new Array<number>(HOURS).fill(0);
}

export function total(hours: Histogram): number {
  return hours.reduce((sum, count) => sum + count, 0);
}

export function added(a: Histogram, b: Histogram): Histogram {
  return a.map((count, hour) => count + (b[hour] ?? 0));
}

/** Share of the values (0 to 1) that would have to move for the second, moved by some hours, to look like the first. */
export function distance(a: Histogram, b: Histogram, shift: number): number {
  const [totalA, totalB] = [total(a), total(b)];
  const parts = a.map((count, hour) => {
    const other = b[(hour + shift + HOURS) % HOURS] ?? 0;
    return Math.abs(count / totalA - other / totalB);
  });
  return parts.reduce((sum, part) => sum + part, 0) / 2;
}

/** The distance that chance alone makes between two samples of the same days. */
export function chanceDistance(a: Histogram, b: Histogram): number {
  const both = added(a, b);
  const all = total(both);
  const spread = 1 / total(a) + 1 / total(b);
  const parts = both.map((count) => Math.sqrt((count / all) * (1 - count / all) * spread));
  return (parts.reduce((sum, part) => sum + part, 0) / 2) * Math.sqrt(2 / Math.PI);
}

const QUIET_HOURS = 6;

/** Middle of the quietest six hours, as an hour of the day; the middle of all such stretches when there are several. */
export function quietHour(hours: Histogram): number {
  const stretches = hours.map((_, start) => stretch(hours, start));
  const least = Math.min(...stretches);
  const starts = stretches.flatMap((sum, start) => (sum === least ? [start] : []));
  const first = starts.find((start) => !starts.includes((start + HOURS - 1) % HOURS)) ?? 0;
  let length = 0;
  while (length < HOURS && starts.includes((first + length) % HOURS)) length += 1;
  return (first + (length - 1) / 2 + QUIET_HOURS / 2) % HOURS;
}

function stretch(hours: Histogram, start: number): number {
  return Array.from({ length: QUIET_HOURS }, (_, index) => hours[(start + index) % HOURS] ?? 0).reduce(
    (sum, count) => sum + count,
    0,
  );
}

/** `10 to 15 h`: the shortest stretch of whole hours that holds half of the values. */
export function busyHours(hours: Histogram): string {
  const half = total(hours) / 2;
  for (let length = 1; length <= HOURS; length += 1) {
    for (let start = 0; start < HOURS; start += 1) {
      const sum = Array.from({ length }, (_, index) => hours[(start + index) % HOURS] ?? 0).reduce(
        (all, count) => all + count,
        0,
      );
      if (sum >= half) return `${start} to ${(start + length) % HOURS} h`;
    }
  }
  return 'all day';
}
