import type { AnonymousEventOperation, AttributeChange, ObjectKey } from '../operation.ts';

/** An event of somebody not yet known (cases 60, 61). */
export interface HeldEvent {
  readonly operation: AnonymousEventOperation;
  readonly receivedAtMs: number;
}

/** A relationship of somebody not yet known. */
export interface HeldRelationship {
  readonly object: ObjectKey;
  readonly changes: readonly AttributeChange[];
}

export type ShelfSnapshot<Entry> = ReturnType<AnonymousShelf<Entry>['snapshot']>;

/** What waits for an identify with its anonymous_id. */
export class AnonymousShelf<Entry> {
  readonly #byAnonymousId: Map<string, Entry[]>;
  #count: number;

  constructor(from?: ShelfSnapshot<Entry>) {
    this.#byAnonymousId = copyOf(from?.byAnonymousId ?? new Map());
    this.#count = from?.count ?? 0;
  }

  snapshot() {
    return { byAnonymousId: copyOf(this.#byAnonymousId), count: this.#count } as const;
  }

  get count(): number {
    return this.#count;
  }

  hold(anonymousId: string, entry: Entry): void {
    const held = this.#byAnonymousId.get(anonymousId);
    if (held === undefined) this.#byAnonymousId.set(anonymousId, [entry]);
    else held.push(entry);
    this.#count += 1;
  }

  /** Takes the entries out: an anonymous_id joins one person, once. */
  take(anonymousId: string): readonly Entry[] {
    const held = this.#byAnonymousId.get(anonymousId) ?? [];
    this.#byAnonymousId.delete(anonymousId);
    this.#count -= held.length;
    return held;
  }
}

/** The lists grow in place, so each copy has its own. */
function copyOf<Entry>(held: ReadonlyMap<string, readonly Entry[]>): Map<string, Entry[]> {
  return new Map(Array.from(held, ([anonymousId, entries]) => [anonymousId, [...entries]] as const));
}
