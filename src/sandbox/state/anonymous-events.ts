import type { AnonymousEventOperation } from '../operation.ts';

/** An event of somebody not yet known, waiting for an identify with its anonymous_id (cases 60, 61). */
export interface HeldEvent {
  readonly operation: AnonymousEventOperation;
  readonly receivedAtMs: number;
}

export type AnonymousEventsSnapshot = ReturnType<AnonymousEvents['snapshot']>;

export class AnonymousEvents {
  readonly #byAnonymousId: Map<string, HeldEvent[]>;
  #count: number;

  constructor(from?: AnonymousEventsSnapshot) {
    this.#byAnonymousId = copyOf(from?.byAnonymousId ?? new Map());
    this.#count = from?.count ?? 0;
  }

  snapshot() {
    return { byAnonymousId: copyOf(this.#byAnonymousId), count: this.#count } as const;
  }

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

/** The lists grow in place, so each copy has its own. */
function copyOf(held: ReadonlyMap<string, readonly HeldEvent[]>): Map<string, HeldEvent[]> {
  return new Map(Array.from(held, ([anonymousId, events]) => [anonymousId, [...events]] as const));
}
