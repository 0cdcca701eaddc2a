import { Consequences } from './consequences/consequences.ts';
import type { WorkspaceDefinitions } from './definitions/workspace-definitions.ts';
import type { Operation } from './operation.ts';
import { applyOperation } from './rules/apply-operation.ts';
import type { SandboxClock } from './sandbox-clock.ts';
import { chance, shuffled } from './seeded-chance.ts';
import { PendingQueue } from './state/pending-queue.ts';
import { snapshotOf, type WorkspaceState, workspaceState } from './state/workspace-state.ts';
import type { SwitchChanges, Switches } from './switches.ts';
import type { ReportTo } from './webhooks/reporting-webhook.ts';

export interface AcceptedOperation {
  readonly operation: Operation;
  readonly receivedAtMs: number;
}

export type WorkspaceSnapshot = ReturnType<Workspace['snapshot']>;

export interface WorkspaceSetup {
  readonly environmentId: number;
  readonly switches: Switches;
  readonly clock: SandboxClock;
  readonly definitions: WorkspaceDefinitions;
  readonly report: ReportTo;
}

/**
 * One workspace. `accept` is what a 200 promises; `state` is what has come true by now. Between the two
 * lies the apply delay. Nothing runs in the background: whatever is due is applied when somebody looks,
 * so the order of things depends on the clock alone.
 */
export class Workspace {
  readonly #clock: SandboxClock;
  readonly #pending: PendingQueue<AcceptedOperation>;
  readonly #state: WorkspaceState;
  readonly #consequences: Consequences;
  #switches: Switches;
  #acceptedCount: number;

  constructor(
    { environmentId, switches, clock, definitions, report }: WorkspaceSetup,
    from?: WorkspaceSnapshot,
  ) {
    this.#clock = clock;
    this.#switches = from?.switches ?? switches;
    this.#state = workspaceState(environmentId, from?.state);
    this.#pending = new PendingQueue(from?.pending);
    this.#acceptedCount = from?.acceptedCount ?? 0;
    const setup = {
      state: this.#state,
      switches: () => this.#switches,
      definitions,
      nowMs: clock.nowMs(),
      report,
    };
    this.#consequences = new Consequences(setup, from?.consequences);
  }

  snapshot() {
    return {
      switches: this.#switches,
      state: snapshotOf(this.#state),
      pending: this.#pending.snapshot(),
      acceptedCount: this.#acceptedCount,
      consequences: this.#consequences.snapshot(),
    } as const;
  }

  get switches(): Switches {
    return this.#switches;
  }

  /** New settings hold for what is accepted, and for what is applied, from now on. */
  changeSwitches(changes: SwitchChanges): void {
    this.#settle();
    const before = this.#switches;
    this.#switches = { ...before, ...changes };
    const isMeantOtherwise = before.notEqualMatchesAbsent !== this.#switches.notEqualMatchesAbsent;
    if (isMeantOtherwise) this.#consequences.judgeEverybody(this.#clock.nowMs());
  }

  /** The workspace as it is now. */
  state(): WorkspaceState {
    this.#settle();
    return this.#state;
  }

  /** Segments, journeys and messages as they are now. */
  consequences(): Consequences {
    this.#settle();
    return this.#consequences;
  }

  /** Adds definitions, or replaces those with the same id. */
  define(definitions: WorkspaceDefinitions): void {
    this.#settle();
    this.#consequences.define(definitions, this.#clock.nowMs());
  }

  /** The clock was set: what depends on time is judged anew where it went back. */
  clockWentBack(): void {
    this.#consequences.judgeEverybody(this.#clock.nowMs());
  }

  /** Whether somebody outside waits to hear what happens by itself. */
  get isReported(): boolean {
    return this.#consequences.webhooks.length > 0;
  }

  /** Accepted, not yet visible. */
  pendingCount(): number {
    this.#settle();
    return this.#pending.size;
  }

  /** Takes over valid operations of one request. They become visible after the apply delay. */
  accept(operations: readonly Operation[]): void {
    const receivedAtMs = this.#clock.nowMs();
    this.#settle();
    const ordered = this.#switches.shuffleBatch
      ? shuffled(operations, this.#switches.shuffleSeed, this.#acceptedCount)
      : operations;
    const { applyDelayMs, applyJitterMs } = this.#switches;
    if (applyDelayMs + applyJitterMs === 0) {
      for (const operation of ordered) this.#apply({ operation, receivedAtMs }, receivedAtMs);
    } else {
      this.#queue(ordered, receivedAtMs);
    }
    this.#acceptedCount += operations.length;
  }

  #queue(operations: readonly Operation[], receivedAtMs: number): void {
    const { applyDelayMs, applyJitterMs, shuffleSeed } = this.#switches;
    for (const [index, operation] of operations.entries()) {
      const jitterMs = Math.floor(chance(shuffleSeed, this.#acceptedCount + index) * applyJitterMs);
      this.#pending.push({ operation, receivedAtMs }, receivedAtMs + applyDelayMs + jitterMs);
    }
    this.#settle();
  }

  /** Does everything that is due by now in order of time; at the same moment changes before their consequences. */
  #settle(): void {
    const nowMs = this.#clock.nowMs();
    for (;;) {
      const pendingAtMs = this.#pending.nextDueAtMs;
      const consequenceAtMs = this.#consequences.nextDueAtMs;
      if (Math.min(pendingAtMs, consequenceAtMs) > nowMs) return;
      const due = pendingAtMs <= consequenceAtMs ? this.#pending.takeDue(nowMs) : undefined;
      if (due === undefined) this.#consequences.runNext(nowMs);
      else this.#apply(due.entry, due.dueAtMs);
    }
  }

  #apply({ operation, receivedAtMs }: AcceptedOperation, appliedAtMs: number): void {
    const consequences = this.#consequences;
    applyOperation(
      { state: this.#state, switches: this.#switches, consequences, receivedAtMs, appliedAtMs },
      operation,
    );
    this.#consequences.follow(appliedAtMs);
  }
}
