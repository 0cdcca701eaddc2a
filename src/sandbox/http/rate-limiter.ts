const WINDOW_MS = 1000;

/** At most so many calls in any second of real time: the sandbox's clock may stand still. */
export class RateLimiter {
  readonly #nowMs: () => number;
  #takenAtMs: readonly number[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Takes a place in the current second; false when there is none. 0: no limit. */
  take(callsPerSecondMax: number): boolean {
    if (callsPerSecondMax === 0) return true;
    const nowMs = this.#nowMs();
    const recent = this.#takenAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
    const isFree = recent.length < callsPerSecondMax;
    this.#takenAtMs = isFree ? [...recent, nowMs] : recent;
    return isFree;
  }
}
