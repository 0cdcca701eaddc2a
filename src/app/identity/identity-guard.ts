import type { CanonicalIdentifier } from '../../core/contract/contract.ts';
import { voidEntries } from '../../core/diff/void-entries.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { HoldCode } from '../../core/guard/hold.ts';
import type { Conflict } from '../../core/identity/conflict.ts';
import type { OutgoingBatch } from '../../core/operation/outgoing-batch.ts';
import type { PendingMove } from '../../ports/identity-store.ts';
import type { Observer } from '../../ports/observer.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';
import type { ModelRecorder } from '../model-recorder.ts';
import type { RefusedPeople } from '../refused-people.ts';
import { type JudgedPerson, ProfileGate } from './profile-gate.ts';
import { unarrived } from './verify-emails.ts';

export interface IdentityGuardOptions {
  readonly canonical: CanonicalIdentifier;
  readonly allowsEmailUpdate: boolean;
  /** Undefined without an App API key: Customer.io is then not asked. */
  readonly profiles: ProfileReader | undefined;
  readonly keySeed: number;
  readonly moves: readonly PlannedMove[];
  /** About how many people with new identifiers will be sent. */
  readonly expected: number;
  readonly refusedPeople: RefusedPeople;
  readonly observer: Observer;
  readonly signal: AbortSignal | undefined;
  onHeld(model: string, key: string, code: HoldCode): void;
  settleMoves(moves: readonly PendingMove[]): Promise<void>;
  recordConflicts(conflicts: readonly Conflict[]): Promise<void>;
}

/** A changed canonical e-mail, and the people models that delivered the address before. */
export interface PlannedMove extends PendingMove {
  readonly models: readonly string[];
}

/** An address that Customer.io has accepted and must show. */
interface EmailChange {
  readonly recorder: ModelRecorder;
  readonly person: string;
  readonly email: string;
}

/** Sees to it that people who are sent change their own profile, and that it changes. */
export class IdentityGuard {
  readonly canonical: CanonicalIdentifier;
  /** Conflicts that only Customer.io knows of. */
  private readonly conflicts: Conflict[] = [];
  private readonly options: IdentityGuardOptions;
  private readonly gate: ProfileGate | undefined;
  private readonly moves: ReadonlyMap<string, PlannedMove>;
  private readonly changes: EmailChange[] = [];

  constructor(options: IdentityGuardOptions) {
    const { profiles, moves } = options;
    this.options = options;
    this.canonical = options.canonical;
    this.moves = new Map(moves.map((move) => [move.to, move]));
    const before = new Map(moves.map(({ to, from }) => [to, from]));
    this.gate = profiles && new ProfileGate({ ...options, profiles, moves: before });
  }

  /** Whose identifiers were looked at, and what is to be done; who is held is told. */
  async judge(model: string, batch: OutgoingBatch): Promise<readonly JudgedPerson[]> {
    const judged = (await this.gate?.judge(batch)) ?? [];
    for (const { person, verdict } of judged) {
      if (verdict.kind === 'unchecked') this.hold(model, person, 'identifier_unchecked');
      if (verdict.kind !== 'taken') continue;
      this.conflicts.push({ code: 'email_taken', detail: 'profile', people: [person], other: verdict.other });
      this.hold(model, person, 'email_taken');
    }
    return judged;
  }

  /** Neither the person nor their events leave in this run. */
  private hold(model: string, person: string, code: 'email_taken' | 'identifier_unchecked'): void {
    const eventsCode = code === 'email_taken' ? 'person_in_conflict' : code;
    this.options.refusedPeople.add(person, eventsCode);
    this.options.onHeld(model, person, code);
  }

  /** These were accepted: an address that changed is to be looked for, and the one before is free. */
  async accepted(recorder: ModelRecorder, judged: readonly JudgedPerson[]): Promise<void> {
    for (const { person, newEmail } of judged) {
      if (newEmail !== undefined) this.changes.push({ recorder, person, email: newEmail });
    }
    const moved = judged.flatMap(({ person }) => this.moves.get(person) ?? []);
    if (moved.length === 0) return;
    const left = moved.filter(({ models }) => models.includes(recorder.plan.model));
    await recorder.recordVoid(
      voidEntries(
        left.map(({ from }) => from),
        this.options.keySeed,
      ),
    );
    await this.options.settleMoves(moved);
  }

  /** All people are sent: what came up is written down beside what was known. */
  async tellConflicts(): Promise<void> {
    if (this.conflicts.length > 0) await this.options.recordConflicts(this.conflicts);
  }

  /** 200 means accepted, not applied: addresses that do not show up are told, and are sent again. */
  async verify(): Promise<void> {
    const { profiles } = this.options;
    if (profiles === undefined || this.changes.length === 0) return;
    const missing = await this.lookForChanges(profiles);
    for (const recorder of new Set(missing.map((change) => change.recorder))) {
      const people = missing.filter((change) => change.recorder === recorder).map(({ person }) => person);
      // One model after the other: they write to one state.
      await recorder.recordUnapplied(people, voidEntries(people, this.options.keySeed));
    }
  }

  /** Everything is sent by now: that Customer.io does not answer is told, and ends no run. */
  private async lookForChanges(profiles: ProfileReader): Promise<readonly EmailChange[]> {
    const { observer, signal } = this.options;
    try {
      return await unarrived(this.changes, { profiles, canonical: this.canonical, signal });
    } catch (error) {
      if (!(error instanceof DestinationError)) throw error;
      const text = `Not seen whether ${this.changes.length} changed e-mail addresses arrived: ${error.message}`;
      observer.observe({ kind: 'warning', text });
      return [];
    }
  }
}
