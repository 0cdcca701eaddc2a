import type { CompiledCondition } from './compiled-condition.ts';
import type { MemberSet } from './member-set.ts';

const FIRST_SIZE = 1024;
const NEVER = Number.POSITIVE_INFINITY;

/** A condition whose members are kept up to date, with the moment at which each person is asked again. */
export class TrackedCondition {
  /** `segment 7`, `trigger of campaign 2`. */
  readonly name: string;
  readonly condition: CompiledCondition;
  readonly members: MemberSet;
  #askAgainAtMs = new Float64Array(FIRST_SIZE).fill(NEVER);

  constructor(name: string, condition: CompiledCondition, members: MemberSet) {
    this.name = name;
    this.condition = condition;
    this.members = members;
  }

  askAgainAtMs(serial: number): number {
    return this.#askAgainAtMs[serial] ?? NEVER;
  }

  setAskAgain(serial: number, atMs: number): void {
    if (serial >= this.#askAgainAtMs.length) this.#grow(serial);
    this.#askAgainAtMs[serial] = atMs;
  }

  #grow(serial: number): void {
    const grown = new Float64Array(Math.max(serial + 1, this.#askAgainAtMs.length * 2)).fill(NEVER);
    grown.set(this.#askAgainAtMs);
    this.#askAgainAtMs = grown;
  }
}
