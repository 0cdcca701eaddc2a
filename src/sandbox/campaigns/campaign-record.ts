import { secondsOf } from '../sandbox-clock.ts';
import type { CompiledCondition } from '../segments/compiled-condition.ts';
import type { EventFilter } from '../segments/condition.ts';
import type { TrackedCondition } from '../segments/tracked-condition.ts';
import type { CampaignDefinition, CampaignState } from './campaign.ts';

/** The conditions of a campaign, ready to be asked; made anew whenever definitions change. */
export interface CampaignConditions {
  /** Who enters, filter included; undefined: an event triggers it, or it is only listed. */
  readonly trigger: TrackedCondition | undefined;
  /** The trigger segments alone: who is no longer in them may have to leave. */
  readonly staysWhile: CompiledCondition | undefined;
  readonly filter: CompiledCondition | undefined;
  readonly goal: CampaignGoal | undefined;
  /** By action id. */
  readonly onlyIf: ReadonlyMap<number, CompiledCondition>;
}

export type CampaignGoal =
  | { readonly kind: 'event'; readonly filter: EventFilter; readonly withinMs: number }
  | { readonly kind: 'segment'; readonly tracked: TrackedCondition; readonly withinMs: number };

const NO_CONDITIONS: CampaignConditions = {
  trigger: undefined,
  staysWhile: undefined,
  filter: undefined,
  goal: undefined,
  onlyIf: new Map(),
};

export type CampaignSnapshot = ReturnType<Campaign['snapshot']>;

/** A campaign of the workspace: draft, running or stopped, and when each person last started it. */
export class Campaign {
  #definition: CampaignDefinition;
  #conditions = NO_CONDITIONS;
  #state: CampaignState;
  readonly #createdAt: number;
  #updatedAt: number;
  #firstStartedAt: number | undefined;
  readonly #lastStarts: Map<number, number>;
  readonly #pendingStarts: Map<number, number>;

  constructor(definition: CampaignDefinition, nowMs: number, from?: CampaignSnapshot) {
    this.#definition = definition;
    this.#state = from?.state ?? definition.state;
    this.#createdAt = from?.createdAt ?? definition.createdAt ?? secondsOf(nowMs);
    this.#updatedAt = from?.updatedAt ?? this.#createdAt;
    this.#firstStartedAt = from?.firstStartedAt ?? definition.firstStartedAt;
    if (this.#state === 'running') this.#firstStartedAt ??= this.#createdAt;
    this.#lastStarts = new Map(from?.lastStarts);
    this.#pendingStarts = new Map(from?.pendingStarts);
  }

  snapshot() {
    return {
      definition: this.#definition,
      state: this.#state,
      createdAt: this.#createdAt,
      updatedAt: this.#updatedAt,
      firstStartedAt: this.#firstStartedAt,
      lastStarts: new Map(this.#lastStarts),
      pendingStarts: new Map(this.#pendingStarts),
    } as const;
  }

  /** Unix seconds. */
  get createdAt(): number {
    return this.#createdAt;
  }

  /** Unix seconds. */
  get updatedAt(): number {
    return this.#updatedAt;
  }

  /** Unix seconds; undefined: it never ran. */
  get firstStartedAt(): number | undefined {
    return this.#firstStartedAt;
  }

  get definition(): CampaignDefinition {
    return this.#definition;
  }

  get conditions(): CampaignConditions {
    return this.#conditions;
  }

  get state(): CampaignState {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** A changed definition; journeys under way go on by it. The same again changes nothing. */
  redefine(definition: CampaignDefinition, nowMs: number): void {
    if (JSON.stringify(this.#definition) === JSON.stringify(definition)) return;
    this.#definition = definition;
    this.setState(definition.state, nowMs);
  }

  setState(state: CampaignState, nowMs: number): void {
    this.#state = state;
    this.#updatedAt = secondsOf(nowMs);
    if (state === 'running') this.#firstStartedAt ??= secondsOf(nowMs);
  }

  take(conditions: CampaignConditions): void {
    this.#conditions = conditions;
  }

  lastStartMs(person: number): number | undefined {
    return this.#lastStarts.get(person);
  }

  noteStart(person: number, atMs: number): void {
    this.#lastStarts.set(person, atMs);
  }

  /** When the person is to start, where that lies in the future. */
  pendingStartMs(person: number): number | undefined {
    return this.#pendingStarts.get(person);
  }

  /** undefined: there is none any more. */
  setPendingStart(person: number, atMs: number | undefined): void {
    if (atMs === undefined) this.#pendingStarts.delete(person);
    else this.#pendingStarts.set(person, atMs);
  }

  /** The one who stays after a merge has started what either had started. */
  movePerson(from: number, to: number): void {
    const moved = this.#lastStarts.get(from);
    if (moved === undefined) return;
    this.#lastStarts.delete(from);
    this.#lastStarts.set(to, Math.max(moved, this.#lastStarts.get(to) ?? 0));
  }
}
