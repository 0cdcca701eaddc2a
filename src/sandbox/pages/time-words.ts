const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What a Date can hold. */
const MS_MAX = 8.64e15;

export function isShowable(atMs: number): boolean {
  return Number.isFinite(atMs) && Math.abs(atMs) <= MS_MAX;
}

/** `24 Nov 2026, 10:03:15`, in UTC, whatever the language of the browser. */
export function dayAndTime(atMs: number): string {
  const at = new Date(atMs);
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return `${day}, ${at.toISOString().slice(-13, -5)}`;
}

const UNITS: readonly (readonly [string, number])[] = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** `3 days ago`, `in 2 hours`, `just now`. */
export function ageInWords(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(nowMs - atMs);
  const unit = UNITS.find(([, ms]) => distanceMs >= ms);
  if (unit === undefined) return 'just now';
  const count = Math.floor(distanceMs / unit[1]);
  const words = counted(count, unit[0]);
  return atMs <= nowMs ? `${words} ago` : `in ${words}`;
}

/** How a clock runs. */
export function rateInWords(rate: number): string {
  if (rate === 0) return 'stands still';
  return rate === 1 ? 'real time' : `${grouped(rate)} × real time`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** `12,345`. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
