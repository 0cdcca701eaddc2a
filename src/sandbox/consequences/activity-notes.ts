import type { CampaignRunner } from '../campaigns/campaign-runner.ts';
import { propertiesOf } from '../segments/event-counter.ts';
import type { EventCounters } from '../segments/event-counters.ts';
import type { MembershipTracker } from '../segments/membership-tracker.ts';
import type { SegmentBook } from '../segments/segment-book.ts';
import type { Activity, AttributeChangeActivity, EventActivity, ProfileActivity } from '../state/activity.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';

/** Those who act on what happened. */
export interface Followers {
  readonly state: WorkspaceState;
  readonly segments: SegmentBook;
  readonly counters: EventCounters;
  readonly tracker: MembershipTracker;
  readonly runner: CampaignRunner;
}

/**
 * Follows up what one operation brought about: first who is gone, what was counted and who is in which segment
 * now; then the events, so that campaigns see people as they are after it.
 */
export function followActivities(followers: Followers, activities: readonly Activity[], atMs: number): void {
  const appeared = new Set<number>();
  const changed = new Set<number>();
  const events: EventActivity[] = [];
  for (const activity of activities) {
    if (activity.person === null) continue;
    changed.add(activity.person);
    switch (activity.type) {
      case 'profile_create':
        appeared.add(activity.person);
        break;
      case 'profile_merge':
        mergePerson(followers, activity, atMs);
        appeared.add(activity.person);
        break;
      case 'profile_delete':
        removePerson(followers, activity.person, atMs);
        break;
      case 'attribute_change':
        if (!appeared.has(activity.person)) {
          followers.tracker.attributesChanged(activity.person, changedNames(activity), atMs);
        }
        break;
      case 'event':
      case 'page':
      case 'screen':
        countEvent(followers, activity.person, activity, appeared, atMs);
        events.push(activity);
        break;
    }
  }
  for (const person of appeared) followers.tracker.personAppeared(person, atMs);
  for (const event of events) tellCampaigns(followers, event, atMs);
  for (const person of changed) followers.runner.personChanged(person, atMs);
}

function* changedNames(activity: AttributeChangeActivity): Generator<string> {
  const { identifiersFrom, identifiersTo } = activity;
  yield* activity.names.names;
  if (identifiersFrom.id !== identifiersTo.id) yield 'id';
  if (identifiersFrom.email !== identifiersTo.email) yield 'email';
  if (identifiersFrom.phone !== identifiersTo.phone) yield 'phone';
}

function countEvent(
  followers: Followers,
  person: number,
  event: EventActivity,
  appeared: ReadonlySet<number>,
  atMs: number,
): void {
  const counting = followers.counters.add(person, event);
  if (counting.length > 0 && !appeared.has(person)) followers.tracker.eventCounted(person, counting, atMs);
}

function tellCampaigns({ state, runner }: Followers, event: EventActivity, atMs: number): void {
  const person = event.person === null ? undefined : state.people.bySerial(event.person);
  if (person?.status === 'live') runner.eventHappened(person, event, propertiesOf(event), atMs);
}

function removePerson(
  { segments, counters, tracker, runner }: Followers,
  person: number,
  atMs: number,
): void {
  for (const segment of segments.all()) segment.members.put(person, false);
  counters.remove(person);
  tracker.personGone(person);
  runner.personGone(person, atMs);
}

/** Events, manual segments and deliveries move; journeys of the one who is merged away end (case 63). */
function mergePerson(followers: Followers, { person, mergedFrom }: ProfileActivity, atMs: number): void {
  const { segments, counters, tracker, runner } = followers;
  if (person === null || mergedFrom === undefined) return;
  for (const { definition, members } of segments.all()) {
    if (definition.type === 'manual' && members.has(mergedFrom)) members.put(person, true);
    members.put(mergedFrom, false);
  }
  counters.move(mergedFrom, person);
  tracker.personGone(mergedFrom);
  runner.personMerged(mergedFrom, person, atMs);
}
