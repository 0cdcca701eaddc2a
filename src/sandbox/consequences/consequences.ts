import { type CampaignDefinition, type CampaignState, segmentsOf } from '../campaigns/campaign.ts';
import { Campaign, type CampaignSnapshot } from '../campaigns/campaign-record.ts';
import { CampaignRunner, type RunnerSnapshot } from '../campaigns/campaign-runner.ts';
import { deliveryActivity } from '../campaigns/delivery-activity.ts';
import { JourneyBook } from '../campaigns/journey-book.ts';
import { type Message, MessageBook } from '../campaigns/message.ts';
import { serialOfDelivery } from '../campaigns/public-ids.ts';
import type { WorkspaceDefinitions } from '../definitions/workspace-definitions.ts';
import { judge } from '../segments/compiled-condition.ts';
import { segmentsIn } from '../segments/condition.ts';
import { EventCounters } from '../segments/event-counters.ts';
import { MemberSet } from '../segments/member-set.ts';
import { MembershipTracker } from '../segments/membership-tracker.ts';
import { PersonFacts } from '../segments/person-facts.ts';
import type { Segment, SegmentDefinition } from '../segments/segment.ts';
import { SegmentBook } from '../segments/segment-book.ts';
import type { Activity } from '../state/activity.ts';
import { PendingQueue } from '../state/pending-queue.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import type { Switches } from '../switches.ts';
import { reportText } from '../webhooks/report-text.ts';
import type { ReportedMetric, ReportingWebhook, ReportTo } from '../webhooks/reporting-webhook.ts';
import { followActivities } from './activity-notes.ts';
import type { Agenda, Due } from './agenda.ts';
import { type AgendaSubjects, restoreAgenda, snapshotAgenda } from './agenda-snapshot.ts';
import { compileDefinitions, SEGMENT_PREFIX } from './compile-definitions.ts';

/** What a workspace's consequences are made from. */
export interface ConsequencesSetup {
  readonly state: WorkspaceState;
  readonly switches: () => Switches;
  readonly definitions: WorkspaceDefinitions;
  readonly nowMs: number;
  readonly report: ReportTo;
}

/** What becomes of the people who are under way when a campaign is stopped. */
export type PeopleUnderWay = 'exit' | 'finish';

export type ConsequencesSnapshot = ReturnType<Consequences['snapshot']>;

/**
 * What follows from what people are and do: who is in which segment, who is on which journey, which messages
 * would have been sent. It hears of everything through the activity log and costs nothing while nothing is
 * defined.
 */
export class Consequences {
  readonly segments: SegmentBook;
  readonly journeys: JourneyBook;
  readonly messages: MessageBook;
  readonly #setup: ConsequencesSetup;
  readonly #campaigns: Map<number, Campaign>;
  readonly #counters = new EventCounters();
  readonly #tracker: MembershipTracker;
  readonly #runner: CampaignRunner;
  #agenda: Agenda = new PendingQueue<Due>();
  #webhooks: readonly ReportingWebhook[];
  #heard: Activity[] = [];

  constructor(setup: ConsequencesSetup, from?: ConsequencesSnapshot) {
    this.#setup = setup;
    this.segments = new SegmentBook(from?.segments);
    this.journeys = new JourneyBook(from?.journeys);
    this.messages = new MessageBook(from?.messages);
    this.#campaigns = new Map(from?.campaigns.map((campaign) => restoredCampaign(campaign, setup.nowMs)));
    this.#webhooks = from?.webhooks ?? [];
    this.#runner = this.#makeRunner(from?.runner);
    this.#tracker = this.#makeTracker();
    setup.state.activities.listen((activity) => this.#hear(activity));
    if (from === undefined) this.#take(setup.definitions, setup.nowMs, 0);
    else this.#resume(from);
  }

  snapshot() {
    const own = [...this.#tracker.all].filter(({ name }) => !name.startsWith(SEGMENT_PREFIX));
    return {
      segments: this.segments.snapshot(),
      journeys: this.journeys.snapshot(),
      messages: this.messages.snapshot(),
      campaigns: this.campaigns().map((campaign) => campaign.snapshot()),
      webhooks: this.#webhooks,
      runner: this.#runner.snapshot(),
      membersOf: new Map(own.map(({ name, members }) => [name, [...members.serials()]])),
      agenda: snapshotAgenda(this.#agenda, this.#subjects()),
    } as const;
  }

  #resume(from: ConsequencesSnapshot): void {
    this.#compile((name) => new MemberSet(from.membersOf.get(name)));
    this.#agenda = restoreAgenda(from.agenda, this.#subjects());
  }

  #subjects(): AgendaSubjects {
    return {
      tracked: this.#tracker.all,
      campaigns: this.#campaigns,
      journeys: this.journeys,
      runner: this.#runner,
    };
  }

  /** In order of id. */
  campaigns(): readonly Campaign[] {
    return [...this.#campaigns.values()].toSorted((one, other) => one.definition.id - other.definition.id);
  }

  campaign(id: number): Campaign | undefined {
    return this.#campaigns.get(id);
  }

  get webhooks(): readonly ReportingWebhook[] {
    return this.#webhooks;
  }

  /** The next moment at which something happens by itself; Infinity when nothing will. */
  get nextDueAtMs(): number {
    return this.#agenda.nextDueAtMs;
  }

  /** Does what is due first, if it is due by now. */
  runNext(nowMs: number): void {
    const next = this.#agenda.takeDue(nowMs);
    if (next === undefined) return;
    const { entry, dueAtMs } = next;
    if (entry.kind === 'ask') this.#tracker.timeCame(entry.tracked, entry.person, dueAtMs);
    else this.#runner.timeCame(entry, dueAtMs);
  }

  /** Follows up the activities heard since the last call: those of one operation. */
  follow(atMs: number): void {
    if (this.#heard.length === 0) return;
    const heard = this.#heard;
    this.#heard = [];
    followActivities(
      {
        state: this.#setup.state,
        segments: this.segments,
        counters: this.#counters,
        tracker: this.#tracker,
        runner: this.#runner,
      },
      heard,
      atMs,
    );
  }

  /** Adds definitions, or replaces those with the same id. People who match already enter without starting journeys. */
  define(definitions: WorkspaceDefinitions, nowMs: number): void {
    this.#take(definitions, nowMs, this.#setup.switches().segmentBuildMs);
  }

  addManualSegment(name: string, description: string, nowMs: number): Segment {
    const id = this.segments.nextId();
    const definition: SegmentDefinition = {
      id,
      name,
      description,
      type: 'manual',
      tags: null,
      createdAt: undefined,
      when: undefined,
    };
    return this.segments.put(definition, nowMs, this.#setup.switches().segmentBuildMs);
  }

  /** The ids of the campaigns that refer to a segment, by trigger, filter, goal or step. */
  campaignsUsing(segmentId: number): readonly number[] {
    return this.campaigns()
      .filter(({ definition }) => segmentsOf(definition).has(segmentId))
      .map(({ definition }) => definition.id);
  }

  /** In words: the campaigns and the other segments that refer to a segment. */
  dependentsOf(segmentId: number): readonly string[] {
    const segments = this.segments
      .all()
      .filter(({ definition: { when } }) => when !== undefined && [...segmentsIn(when)].includes(segmentId));
    return [
      ...this.campaignsUsing(segmentId).map((id) => `campaign ${id}`),
      ...segments.map(({ definition }) => `segment ${definition.id}`),
    ];
  }

  /** Adds people to a manual segment or takes them out. */
  changeMembers(segmentId: number, people: readonly number[], isMember: boolean, atMs: number): void {
    const segment = this.segments.get(segmentId);
    if (segment === undefined) return;
    for (const person of people) {
      if (!segment.members.put(person, isMember)) continue;
      this.#tracker.membersChanged(segmentId, person, atMs);
      this.#runner.personChanged(person, atMs);
    }
  }

  noteDelivery(deliveryId: string, metric: string | undefined, at: number): number | undefined {
    const serial = serialOfDelivery(deliveryId);
    const message = serial === undefined ? undefined : this.messages.get(serial);
    if (message === undefined || message.outcome === 'withheld') return undefined;
    if (metric !== undefined) this.messages.note(message, metric, at);
    return message.person;
  }

  setCampaignState(campaign: Campaign, state: CampaignState, people: PeopleUnderWay, nowMs: number): void {
    const wasRunning = campaign.isRunning;
    campaign.setState(state, nowMs);
    if (state === 'running' && !wasRunning && campaign.definition.takesCurrentPeople) {
      this.#runner.takeCurrentPeople(campaign, nowMs);
    }
    if (state === 'stopped' && people === 'exit') this.#runner.exitAll(campaign, nowMs);
  }

  /** The clock went back: segments are as they were then; nobody enters a campaign because of it. */
  judgeEverybody(nowMs: number): void {
    this.#tracker.judgeEverybody(nowMs);
  }

  #take(definitions: WorkspaceDefinitions, nowMs: number, buildMs: number): void {
    for (const segment of definitions.segments) this.segments.put(segment, nowMs, buildMs);
    const started = definitions.campaigns.filter((campaign) => this.#putCampaign(campaign, nowMs));
    const urls = new Set(definitions.reportingWebhooks.map(({ url }) => url));
    const kept = this.#webhooks.filter(({ url }) => !urls.has(url));
    this.#webhooks = [...kept, ...definitions.reportingWebhooks];
    this.#compile(() => new MemberSet());
    this.#tracker.judgeEverybody(nowMs);
    for (const { id } of started) {
      const campaign = this.#campaigns.get(id);
      if (campaign?.definition.takesCurrentPeople === true) this.#runner.takeCurrentPeople(campaign, nowMs);
    }
  }

  /** @returns whether the campaign runs now and did not before. */
  #putCampaign(definition: CampaignDefinition, nowMs: number): boolean {
    const known = this.#campaigns.get(definition.id);
    const wasRunning = known?.isRunning === true;
    if (known === undefined) this.#campaigns.set(definition.id, new Campaign(definition, nowMs));
    else known.redefine(definition, nowMs);
    return this.#campaigns.get(definition.id)?.isRunning === true && !wasRunning;
  }

  #compile(membersBefore: (name: string) => MemberSet): void {
    const campaigns = this.#campaigns.values();
    const tracked = compileDefinitions(this.segments, campaigns, this.#counters, membersBefore);
    this.#counters.fill(this.#setup.state);
    this.#tracker.replace(tracked);
    this.#runner.reindex();
  }

  #hear(activity: Activity): void {
    if (this.#isOfInterest(activity)) this.#heard.push(activity);
  }

  /** Bulk loads into a workspace without segments must not pay for them. */
  #isOfInterest({ type }: Activity): boolean {
    switch (type) {
      case 'event':
      case 'page':
      case 'screen':
      case 'profile_delete':
      case 'profile_merge':
        return !this.#runner.isIdle || !this.#tracker.isIdle || this.segments.count > 0;
      case 'profile_create':
      case 'attribute_change':
        return !this.#tracker.isIdle || this.#runner.watchesPeople;
      default:
        return false;
    }
  }

  #makeRunner(from: RunnerSnapshot | undefined): CampaignRunner {
    const { state, switches } = this.#setup;
    return new CampaignRunner(
      {
        state,
        switches,
        schedule: (due, atMs) => this.#agenda.push(due, atMs),
        journeys: this.journeys,
        messages: this.messages,
        judge: (condition, person, nowMs) =>
          judge(condition, {
            facts: new PersonFacts(person, state.people),
            nowMs,
            absentPasses: switches().notEqualMatchesAbsent,
          }),
        report: (message, metric, atMs) => this.#report(message, metric, atMs),
      },
      this.#campaigns,
      from,
    );
  }

  #makeTracker(): MembershipTracker {
    const { state, switches } = this.#setup;
    return new MembershipTracker({
      state,
      absentPasses: () => switches().notEqualMatchesAbsent,
      wake: (tracked, person, atMs) => this.#agenda.push({ kind: 'ask', tracked, person }, atMs),
      tell: (news) => this.#runner.membershipChanged(news),
    });
  }

  #report(message: Message, metric: ReportedMetric, atMs: number): void {
    const { activities } = this.#setup.state;
    activities.append(deliveryActivity(message, metric, atMs, activities.takeSerial()));
    const asking = this.#webhooks.filter((webhook) => webhook.metrics.includes(metric));
    if (asking.length === 0) return;
    const text = reportText(this.#setup.state, this.journeys, message, metric, atMs);
    for (const webhook of asking) this.#setup.report(webhook, text);
  }
}

function restoredCampaign(from: CampaignSnapshot, nowMs: number): readonly [number, Campaign] {
  return [from.definition.id, new Campaign(from.definition, nowMs, from)];
}
