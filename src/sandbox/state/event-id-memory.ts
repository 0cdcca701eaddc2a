import type { Switches } from '../switches.ts';

export type EventIdSnapshot = ReturnType<EventIdMemory['snapshot']>;

/**
 * The event ids already received. Customer.io names no end to this memory and no scope smaller than
 * the workspace (case 49); both are switches.
 */
export class EventIdMemory {
  readonly #receivedAt: Map<string, number>;

  constructor(from?: EventIdSnapshot) {
    this.#receivedAt = new Map(from?.receivedAt);
  }

  snapshot() {
    return { receivedAt: new Map(this.#receivedAt) } as const;
  }

  /** Remembers the id, and says whether it was known: then the event is to be ignored. */
  isRepetition(eventId: string, person: string, receivedAt: number, switches: Switches): boolean {
    const key = switches.eventDedupeScope === 'person' ? `${eventId} ${person}` : eventId;
    const before = this.#receivedAt.get(key);
    const windowSeconds = switches.eventDedupeWindowSeconds ?? Number.POSITIVE_INFINITY;
    if (before !== undefined && receivedAt - before <= windowSeconds) return true;
    this.#receivedAt.set(key, receivedAt);
    return false;
  }

  get size(): number {
    return this.#receivedAt.size;
  }
}
