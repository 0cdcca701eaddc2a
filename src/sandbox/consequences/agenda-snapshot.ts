import type { Campaign } from '../campaigns/campaign-record.ts';
import type { CampaignRunner } from '../campaigns/campaign-runner.ts';
import type { JourneyBook } from '../campaigns/journey-book.ts';
import type { TrackedCondition } from '../segments/tracked-condition.ts';
import { PendingQueue, type PendingSnapshot } from '../state/pending-queue.ts';
import type { Agenda, Due } from './agenda.ts';

/** What is due, with names and numbers in the place of things. */
export type PlainDue =
  | { readonly kind: 'ask'; readonly tracked: string; readonly person: number }
  | { readonly kind: 'step'; readonly journey: number }
  | { readonly kind: 'start' | 'again'; readonly campaignId: number; readonly person: number }
  | { readonly kind: 'recheck'; readonly person: number };

export type AgendaSnapshot = PendingSnapshot<PlainDue>;

/** What the entries of an agenda speak of. */
export interface AgendaSubjects {
  readonly tracked: ReadonlySet<TrackedCondition>;
  readonly campaigns: ReadonlyMap<number, Campaign>;
  readonly journeys: JourneyBook;
  readonly runner: CampaignRunner;
}

/** Only what is still to happen, in order; what was overtaken is left out. */
export function snapshotAgenda(agenda: Agenda, subjects: AgendaSubjects): AgendaSnapshot {
  const { heap, nextOrdinal } = agenda.snapshot();
  const live = heap
    .filter(({ entry, dueAtMs }) => isLive(entry, dueAtMs, subjects))
    .toSorted((one, other) => one.dueAtMs - other.dueAtMs || one.ordinal - other.ordinal)
    .map((pending) => ({ ...pending, entry: plain(pending.entry) }));
  return { heap: live, nextOrdinal };
}

function isLive(due: Due, dueAtMs: number, { tracked, runner }: AgendaSubjects): boolean {
  switch (due.kind) {
    case 'ask':
      return tracked.has(due.tracked) && due.tracked.askAgainAtMs(due.person) === dueAtMs;
    case 'step':
      return due.journey.isUnderWay && due.journey.record.dueAtMs === dueAtMs;
    case 'start':
      return due.campaign.pendingStartMs(due.person) === dueAtMs;
    case 'again':
      return true;
    case 'recheck':
      return runner.recheckAtMs(due.person) === dueAtMs;
  }
}

function plain(due: Due): PlainDue {
  switch (due.kind) {
    case 'ask':
      return { kind: 'ask', tracked: due.tracked.name, person: due.person };
    case 'step':
      return { kind: 'step', journey: due.journey.record.serial };
    case 'start':
    case 'again':
      return { kind: due.kind, campaignId: due.campaign.definition.id, person: due.person };
    case 'recheck':
      return due;
  }
}

/** The agenda as it was; conditions learn again when each person is to be asked. */
export function restoreAgenda(from: AgendaSnapshot, subjects: AgendaSubjects): Agenda {
  const byName = new Map([...subjects.tracked].map((tracked) => [tracked.name, tracked]));
  const heap = from.heap.flatMap((pending) => {
    const entry = revived(pending.entry, byName, subjects);
    if (entry === undefined) return [];
    if (entry.kind === 'ask') entry.tracked.setAskAgain(entry.person, pending.dueAtMs);
    return [{ ...pending, entry }];
  });
  return new PendingQueue<Due>({ heap, nextOrdinal: from.nextOrdinal });
}

function revived(
  due: PlainDue,
  byName: ReadonlyMap<string, TrackedCondition>,
  { campaigns, journeys }: AgendaSubjects,
): Due | undefined {
  switch (due.kind) {
    case 'ask': {
      const tracked = byName.get(due.tracked);
      return tracked === undefined ? undefined : { kind: 'ask', tracked, person: due.person };
    }
    case 'step': {
      const journey = journeys.get(due.journey);
      return journey === undefined ? undefined : { kind: 'step', journey };
    }
    case 'start':
    case 'again': {
      const campaign = campaigns.get(due.campaignId);
      return campaign === undefined ? undefined : { kind: due.kind, campaign, person: due.person };
    }
    case 'recheck':
      return due;
  }
}
