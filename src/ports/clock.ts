/** The time of day; an argument everywhere, so that tests can choose it. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number;
}

export function unixSeconds(clock: Clock): number {
  return Math.floor(clock.now() / 1000);
}
