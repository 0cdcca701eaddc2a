import type { AnonymousEventOperation } from '../operation.ts';

/** An event of somebody not yet known, waiting for an identify with its anonymous_id (cases 60, 61). */
export interface HeldEvent {
  readonly operation: AnonymousEventOperation;
  readonly receivedAtMs: number;
}

export class AnonymousEvents {
  readonly #byAnonymousId = new Map<string, HeldEvent[]>();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  hold(anonymousId: string, event: HeldEvent): void {
    const held = this.#byAnonymousId.get(anonymousId);
    if (held === undefined) this.#byAnonymousId.set(anonymousId, [event]);
    else held.push(event);
    this.#count += 1;
  }

  /** Takes the events out: an anonymous_id joins one person, once. */
  take(anonymousId: string): readonly HeldEvent[] {
    const held = this.#byAnonymousId.get(anonymousId) ?? [];
    this.#byAnonymousId.delete(anonymousId);
    this.#count -= held.length;
    return held;
  }
}
