import { setTimeout as sleep } from 'node:timers/promises';
import { type CanonicalIdentifier, peopleModels } from '../../core/contract/contract.ts';
import { personItemWriter } from '../../core/customerio/item.ts';
import { mergeItem } from '../../core/customerio/merge-item.ts';
import { newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { voidEntries } from '../../core/diff/void-entries.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import type { Conflict } from '../../core/identity/conflict.ts';
import type { MergeFile, PlannedMerge } from '../../core/identity/merge-file.ts';
import { type MergeSide, sideText } from '../../core/identity/merge-plan.ts';
import { ItemBatch } from '../../core/operation/item-batch.ts';
import { GUESTS } from '../../core/plan/plan-summary.ts';
import type { Lease } from '../../core/state/lease.ts';
import type { Refusal } from '../../ports/destination.ts';
import type { StateStore } from '../../ports/state-store.ts';
import type { Toolbox } from '../../ports/toolbox.ts';
import { loadTable, peopleTable } from '../delivered-reader.ts';
import { type Session, withSession } from '../session.ts';
import { withLease } from '../with-lease.ts';
import { CONFLICTS_KEPT_MAX } from './identity-spool.ts';
import { presentSides } from './present-sides.ts';

export interface MergeOptions {
  readonly projectPath: string;
  readonly file: MergeFile;
  readonly command: string;
  readonly signal: AbortSignal | undefined;
}

/** What became of one merge. */
export interface MergeOutcome {
  readonly primary: string;
  readonly secondary: string;
  /**
   * `merged`: seen at Customer.io. `accepted`: taken by Customer.io, which can not be asked, or did not show it
   * yet. `joined`: two people of the shop of whom Customer.io has one at most; from now on they are one, and nothing
   * was sent. `missing`: one of the profiles is not there, so nothing was done. `refused`: Customer.io said no.
   */
  readonly outcome: 'merged' | 'accepted' | 'joined' | 'missing' | 'refused';
  /** Customer.io's words, when it refused. */
  readonly detail: string | undefined;
}

/** Merges in a request. */
const MERGES_AT_ONCE = 500;

/** Customer.io applies what it accepted after a moment: so long it is waited before each look. */
const WAITS_MS = [0, 500, 1000, 2000, 4000];

/** Carries out the merges of a file, and lets the next sync send the people who stay once more, whole. */
export function mergeIdentities(toolbox: Toolbox, options: MergeOptions): Promise<readonly MergeOutcome[]> {
  return withSession(toolbox, { projectPath: options.projectPath, select: [] }, (session) => {
    const { workspace } = options.file;
    if (workspace !== session.workspaceName) {
      const message = `the merge plan is for workspace ${workspace}, and this is ${session.workspaceName}`;
      throw new ContractError('plan_foreign', message, {
        hint: 'Make it here: `millrace identity report --out FILE`.',
      });
    }
    return withLease(session, options.command, (state, lease) =>
      new Merging(session, state, lease, options.signal).run(
        options.file.merges.filter(({ apply }) => apply),
      ),
    );
  });
}

class Merging {
  private readonly session: Session;
  private readonly state: StateStore;
  private readonly lease: Lease;
  private readonly signal: AbortSignal | undefined;
  private readonly canonical: CanonicalIdentifier;
  /** Person → everybody who stands in a conflict with them. */
  private concerned: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  constructor(session: Session, state: StateStore, lease: Lease, signal: AbortSignal | undefined) {
    this.session = session;
    this.state = state;
    this.lease = lease;
    this.signal = signal;
    this.canonical = session.contract.project.canonical;
  }

  async run(merges: readonly PlannedMerge[]): Promise<readonly MergeOutcome[]> {
    this.concerned = peopleConcerned(await this.state.identities.conflicts(CONFLICTS_KEPT_MAX));
    const outcomes: MergeOutcome[] = [];
    for (let start = 0; start < merges.length; start += MERGES_AT_ONCE) {
      // One after the other, so that what was accepted is recorded before more is sent.
      outcomes.push(...(await this.mergeSome(merges.slice(start, start + MERGES_AT_ONCE))));
    }
    return outcomes;
  }

  private async mergeSome(merges: readonly PlannedMerge[]): Promise<readonly MergeOutcome[]> {
    const there = await this.withPrimaries(merges, await this.lookAtSides(merges));
    const joined = new Set(merges.filter((merge) => this.isJoined(merge, there)));
    const isMissing = ({ primary, secondary }: PlannedMerge): boolean => !there(primary) || !there(secondary);
    const missing = new Set(merges.filter((merge) => !joined.has(merge) && isMissing(merge)));
    const sent = merges.filter((merge) => !joined.has(merge) && !missing.has(merge));
    const refused = await this.send(sent);
    const accepted = sent.filter((merge) => !refused.has(merge));
    await this.record([...joined, ...accepted]);
    const unseen = await this.stillThere(accepted);
    return merges.map((merge) => outcomeOf(merge, { missing, joined, refused, unseen }));
  }

  /** Customer.io answers 200 to a merge of somebody who is not there, and does nothing. */
  private async lookAtSides(merges: readonly PlannedMerge[]): Promise<IsThere> {
    const profiles = this.session.app?.profiles;
    if (profiles === undefined) return () => true;
    const sides = merges.flatMap(({ primary, secondary }) => [primary, secondary]);
    const there = await presentSides(profiles, sides);
    return (side) => there.has(sideText(side));
  }

  /**
   * A new person who was held was never sent: the profile is made bare, and the merge gives it everything that the
   * other one has. Only people whom a conflict names, for a slip of the pen must make nobody.
   */
  private async withPrimaries(merges: readonly PlannedMerge[], there: IsThere): Promise<IsThere> {
    const isMade = ({ primary, secondary }: PlannedMerge): boolean =>
      !there(primary) && there(secondary) && this.concerned.has(this.personOf(primary) ?? '');
    const unmade = merges.filter(isMade);
    if (unmade.length === 0) return there;
    const items = unmade.map(({ primary }) => this.bareItem(this.personOf(primary) ?? ''));
    await this.session.destination.deliver(ItemBatch.of(items), this.signal);
    const look = async (left: readonly PlannedMerge[]): Promise<readonly PlannedMerge[]> => {
      const isThere = await this.lookAtSides(left);
      return left.filter(({ primary }) => !isThere(primary));
    };
    const unseen = await lookAgain(unmade, look, this.signal);
    const made = new Set(
      unmade.filter((merge) => !unseen.includes(merge)).map(({ primary }) => sideText(primary)),
    );
    return (side) => there(side) || made.has(sideText(side));
  }

  private bareItem(person: string): Buffer {
    return Buffer.from(personItemWriter(this.canonical, [])(person, [], undefined), 'utf8');
  }

  /**
   * Two people of the shop of whom the one that goes is not at Customer.io: never sent, or merged there by a process
   * that could not write it down. All that is left to do is to remember that they are one.
   */
  private isJoined({ primary, secondary }: PlannedMerge, there: IsThere): boolean {
    const [stays, goes] = [this.personOf(primary), this.personOf(secondary)];
    if (stays === undefined || goes === undefined || there(secondary)) return false;
    return this.concerned.get(goes)?.has(stays) ?? false;
  }

  private async send(merges: readonly PlannedMerge[]): Promise<ReadonlyMap<PlannedMerge, Refusal>> {
    if (merges.length === 0) return new Map();
    const items = merges.map(({ primary, secondary }) => Buffer.from(mergeItem(primary, secondary), 'utf8'));
    const { refused } = await this.session.destination.deliver(ItemBatch.of(items), this.signal);
    return new Map(
      merges.flatMap((merge, index) => {
        const refusal = refused.get(index);
        return refusal === undefined ? [] : [[merge, refusal] as const];
      }),
    );
  }

  /**
   * Who went away is known as the one who stays from now on; what was delivered of both is void, for the
   * profile that stays has values of either. That is first, for a process that dies in between is then repeated whole.
   */
  private async record(merges: readonly PlannedMerge[]): Promise<void> {
    // First, for their rows did not change: whatever is forgotten of them now must be found by the next read.
    await this.state.captures.forgetPositions(this.lease);
    const people = merges.flatMap(({ primary, secondary }) => [primary, secondary]);
    const names = people.flatMap((side) => this.personOf(side) ?? []);
    for (const { name } of peopleModels(this.session.contract)) await this.forget(peopleTable(name), names);
    const guests = people.flatMap((side) => ('email' in side && this.canonical === 'id' ? [side.email] : []));
    await this.forget(peopleTable(GUESTS), guests);
    const mergedAt = this.session.toolbox.clock.now();
    for (const { primary, secondary } of merges) {
      const [stays, goes] = [this.personOf(primary), this.personOf(secondary)];
      if (stays === undefined || goes === undefined) continue;
      // One small write after the other.
      await this.state.identities.recordMerge(this.lease, { secondary: goes, primary: stays, mergedAt });
    }
  }

  private async forget(table: string, people: readonly string[]): Promise<void> {
    const { delivered } = this.state;
    const known = await loadTable(delivered, table);
    const key = newKeyWords();
    const isDelivered = (person: string): boolean => {
      writeTextKeyWords(person, delivered.keySeed, key);
      const slot = known.find(key);
      return slot >= 0 && known.isDelivered(slot);
    };
    const left = people.filter(isDelivered);
    if (left.length === 0) return;
    await delivered.recordRefresh(this.lease, table, voidEntries(left, delivered.keySeed), -left.length);
  }

  /** Merges whose secondary Customer.io still shows, or that it can not be asked about. */
  private async stillThere(merges: readonly PlannedMerge[]): Promise<ReadonlySet<PlannedMerge>> {
    const profiles = this.session.app?.profiles;
    if (profiles === undefined) return new Set(merges);
    const left = await lookAgain(
      merges,
      async (unseen) => {
        const there = await presentSides(
          profiles,
          unseen.map(({ secondary }) => secondary),
        );
        return unseen.filter(({ secondary }) => there.has(sideText(secondary)));
      },
      this.signal,
    );
    return new Set(left);
  }

  /** The value of the canonical identifier, where the side is named by it. */
  private personOf(side: MergeSide): string | undefined {
    if (this.canonical === 'id') return 'id' in side ? side.id : undefined;
    return 'email' in side ? side.email : undefined;
  }
}

type IsThere = (side: MergeSide) => boolean;

function peopleConcerned(conflicts: readonly Conflict[]): ReadonlyMap<string, ReadonlySet<string>> {
  const concerned = new Map<string, Set<string>>();
  for (const { people } of conflicts) {
    for (const person of people) {
      const others = concerned.get(person) ?? new Set();
      for (const other of people) others.add(other);
      concerned.set(person, others);
    }
  }
  return concerned;
}

/** Looks a few times at merges whose effect does not show yet. @returns those that never showed it. */
async function lookAgain(
  merges: readonly PlannedMerge[],
  look: (left: readonly PlannedMerge[]) => Promise<readonly PlannedMerge[]>,
  signal: AbortSignal | undefined,
): Promise<readonly PlannedMerge[]> {
  let left = merges;
  for (const waitMs of WAITS_MS) {
    if (left.length === 0) break;
    await sleep(waitMs, undefined, { ...(signal && { signal }) });
    left = await look(left);
  }
  return left;
}

function outcomeOf(
  merge: PlannedMerge,
  facts: {
    readonly missing: ReadonlySet<PlannedMerge>;
    readonly joined: ReadonlySet<PlannedMerge>;
    readonly refused: ReadonlyMap<PlannedMerge, Refusal>;
    readonly unseen: ReadonlySet<PlannedMerge>;
  },
): MergeOutcome {
  const names = { primary: sideText(merge.primary), secondary: sideText(merge.secondary) };
  const refusal = facts.refused.get(merge);
  if (facts.joined.has(merge)) return { ...names, outcome: 'joined', detail: undefined };
  if (facts.missing.has(merge)) return { ...names, outcome: 'missing', detail: undefined };
  if (refusal !== undefined)
    return { ...names, outcome: 'refused', detail: refusal.message ?? refusal.reason };
  return { ...names, outcome: facts.unseen.has(merge) ? 'accepted' : 'merged', detail: undefined };
}
