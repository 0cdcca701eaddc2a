import { setTimeout as sleep } from 'node:timers/promises';
import { StateError } from '../../core/errors/millrace-error.ts';

/** Lets so many events a second through. */
export class EventRate {
  private readonly perSecond: number;
  /** On the clock of `performance.now`. */
  private nextAt = 0;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** A request holds what may leave in one second, at least one event. */
  get perRequestMax(): number {
    return Math.max(1, Math.floor(this.perSecond));
  }

  /** Resolves when the events may leave. @throws StateError `interrupted` when the run is to stop. */
  async turn(events: number, signal: AbortSignal | undefined): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + (events * 1000) / this.perSecond;
    if (at > now) await waited(at - now, signal);
  }
}

/** Waits, and ends at once when the run is to stop. @throws StateError `interrupted` */
export async function waited(durationMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(durationMs, undefined, { ...(signal && { signal }) });
  } catch (error) {
    throw new StateError('interrupted', 'the run was asked to stop', { cause: error });
  }
}
