import type { TriggerEvent } from './trigger-event.ts';

/** An event whose person does not yet pass the campaign's filter; tried again for a while. */
export interface WaitingTrigger {
  readonly campaignId: number;
  readonly person: number;
  readonly trigger: TriggerEvent;
  readonly expiresAtMs: number;
}

const NONE: readonly WaitingTrigger[] = [];

/** The events that wait for their filter, by person. */
export class WaitingTriggers {
  readonly #byPerson = new Map<number, readonly WaitingTrigger[]>();

  constructor(from: readonly WaitingTrigger[] = []) {
    for (const waiting of from) this.add(waiting);
  }

  snapshot(): readonly WaitingTrigger[] {
    return [...this.#byPerson.values()].flat();
  }

  get isEmpty(): boolean {
    return this.#byPerson.size === 0;
  }

  of(person: number): readonly WaitingTrigger[] {
    return this.#byPerson.get(person) ?? NONE;
  }

  add(waiting: WaitingTrigger): void {
    this.#byPerson.set(waiting.person, [...this.of(waiting.person), waiting]);
  }

  /** Keeps only those for which the test holds. */
  keep(person: number, isKept: (waiting: WaitingTrigger) => boolean): void {
    const kept = this.of(person).filter(isKept);
    if (kept.length === 0) this.#byPerson.delete(person);
    else this.#byPerson.set(person, kept);
  }

  drop(person: number): void {
    this.#byPerson.delete(person);
  }
}
