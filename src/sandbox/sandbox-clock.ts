/** What a Date can hold; a clock that runs into it stands there. */
export const CLOCK_MS_MAX = 8.64e15;

/**
 * A change of the clock: any combination; `now` is set first, then `advanceMs` and `advance` added, then `rate`
 * taken.
 */
export interface ClockChange {
  /** Unix milliseconds, or ISO 8601 with its zone. */
  readonly now?: number | string | undefined;
  readonly advanceMs?: number | undefined;
  /** A span of time: `30m`, `21d`. */
  readonly advance?: string | undefined;
  /** Sandbox milliseconds that pass in a real one; 0 stands still. */
  readonly rate?: number | undefined;
}

/** A change in numbers. */
export interface ClockStep {
  /** Unix milliseconds. */
  readonly now?: number | undefined;
  readonly advanceMs?: number | undefined;
  readonly rate?: number | undefined;
}

export interface ClockReading {
  readonly nowMs: number;
  readonly rate: number;
}

/** How a clock is set. A clock at another speed than real time counts from the snapshot on, not from its start. */
export type ClockSnapshot = ReturnType<SandboxClock['snapshot']>;

/** The time everything inside the sandbox follows; set, moved or sped up by tests. */
export class SandboxClock {
  readonly #source: () => number;
  #baseMs: number;
  #sourceBaseMs: number;
  #rate: number;

  constructor(source: () => number, startAtMs?: number, rate = 1, from?: ClockSnapshot) {
    this.#source = source;
    this.#sourceBaseMs = source();
    this.#baseMs = from === undefined ? (startAtMs ?? this.#sourceBaseMs) : this.#resumed(from);
    this.#rate = from?.rate ?? rate;
  }

  snapshot() {
    return { nowMs: this.nowMs(), sourceMs: this.#source(), rate: this.#rate } as const;
  }

  nowMs(): number {
    const nowMs = Math.floor(this.#baseMs + (this.#source() - this.#sourceBaseMs) * this.#rate);
    return Math.min(CLOCK_MS_MAX, Math.max(-CLOCK_MS_MAX, nowMs));
  }

  reading(): ClockReading {
    return { nowMs: this.nowMs(), rate: this.#rate };
  }

  change(change: ClockStep): ClockReading {
    this.#baseMs = (change.now ?? this.nowMs()) + (change.advanceMs ?? 0);
    this.#sourceBaseMs = this.#source();
    this.#rate = change.rate ?? this.#rate;
    return this.reading();
  }

  /** A clock that runs as real time does has gone on since; any other stood still. */
  #resumed({ nowMs, sourceMs, rate }: ClockSnapshot): number {
    return rate === 1 ? nowMs + (this.#sourceBaseMs - sourceMs) : nowMs;
  }
}

export function secondsOf(ms: number): number {
  return Math.floor(ms / 1000);
}
