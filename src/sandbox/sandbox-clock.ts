/** A change of the clock: any combination; `now` is set first, then `advanceMs` added, then `rate` taken. */
export interface ClockChange {
  /** Unix milliseconds. */
  readonly now?: number | undefined;
  readonly advanceMs?: number | undefined;
  /** Sandbox milliseconds that pass in a real one; 0 stands still. */
  readonly rate?: number | undefined;
}

export interface ClockReading {
  readonly nowMs: number;
  readonly rate: number;
}

/** The time everything inside the sandbox follows; set, moved or sped up by tests. */
export class SandboxClock {
  readonly #source: () => number;
  #baseMs: number;
  #sourceBaseMs: number;
  #rate = 1;

  constructor(source: () => number, startAtMs?: number, rate = 1) {
    this.#source = source;
    this.#sourceBaseMs = source();
    this.#baseMs = startAtMs ?? this.#sourceBaseMs;
    this.#rate = rate;
  }

  nowMs(): number {
    return Math.floor(this.#baseMs + (this.#source() - this.#sourceBaseMs) * this.#rate);
  }

  reading(): ClockReading {
    return { nowMs: this.nowMs(), rate: this.#rate };
  }

  change(change: ClockChange): ClockReading {
    this.#baseMs = (change.now ?? this.nowMs()) + (change.advanceMs ?? 0);
    this.#sourceBaseMs = this.#source();
    this.#rate = change.rate ?? this.#rate;
    return this.reading();
  }
}

export function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}
