import { setTimeout as sleep } from 'node:timers/promises';

/** Spaces requests evenly over time, so that a second never sees more than its share; can be told to pause. */
export class Pacer {
  private readonly intervalMs: number;
  private nextAt = 0;

  constructor(requestsPerSecond: number) {
    this.intervalMs = 1000 / requestsPerSecond;
  }

  /** Resolves when the next request may begin. */
  async turn(signal?: AbortSignal): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.nextAt);
    this.nextAt = at + this.intervalMs;
    if (at > now) await sleep(at - now, undefined, { ...(signal && { signal }) });
  }

  /** No request begins for this long: the server has said that it is too much. */
  pause(durationMs: number): void {
    this.nextAt = Math.max(this.nextAt, performance.now() + durationMs);
  }
}
