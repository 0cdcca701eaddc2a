import type { Due } from '../consequences/agenda.ts';
import type { JsonValue } from '../json/json-value.ts';
import { isEventMeant } from '../segments/event-counter.ts';
import type { MembershipNews } from '../segments/membership-tracker.ts';
import type { EventActivity } from '../state/activity.ts';
import type { Person } from '../state/person.ts';
import type { CampaignEnvironment } from './campaign-environment.ts';
import { CampaignIndex } from './campaign-index.ts';
import type { Campaign } from './campaign-record.ts';
import { enterCampaign, isYoungEnough } from './enter-campaign.ts';
import { judgeExit } from './exit-conditions.ts';
import { reachGoalByEvent, reachGoalBySegment } from './reach-goal.ts';
import { triggerEventOf } from './trigger-event.ts';
import { type WaitingTrigger, WaitingTriggers } from './waiting-triggers.ts';
import { walkJourney } from './walk-journey.ts';

const MINUTE_MS = 60_000;
const NEVER = Number.POSITIVE_INFINITY;

export type RunnerSnapshot = ReturnType<CampaignRunner['snapshot']>;

/** Starts, carries on and ends journeys, as people, events and time go by. */
export class CampaignRunner {
  readonly #waiting: WaitingTriggers;
  readonly #environment: CampaignEnvironment;
  readonly #campaigns: ReadonlyMap<number, Campaign>;
  readonly #recheckAtMs: Map<number, number>;
  #index = new CampaignIndex([]);

  constructor(
    environment: CampaignEnvironment,
    campaigns: ReadonlyMap<number, Campaign>,
    from?: RunnerSnapshot,
  ) {
    this.#environment = environment;
    this.#campaigns = campaigns;
    this.#waiting = new WaitingTriggers(from?.waiting);
    this.#recheckAtMs = new Map(from?.recheckAtMs);
  }

  snapshot() {
    return { waiting: this.#waiting.snapshot(), recheckAtMs: new Map(this.#recheckAtMs) } as const;
  }

  /** When the person's filters and exits are looked at again, if that is planned. */
  recheckAtMs(person: number): number | undefined {
    return this.#recheckAtMs.get(person);
  }

  get isIdle(): boolean {
    return this.#campaigns.size === 0;
  }

  /** Whether a change of a person, not only an event, may matter to some campaign. */
  get watchesPeople(): boolean {
    return !this.#waiting.isEmpty || (!this.isIdle && this.#environment.switches().exitCheck === 'at_once');
  }

  /** The campaigns have new definitions or conditions. */
  reindex(): void {
    this.#index = new CampaignIndex(this.#campaigns.values());
  }

  /** Goals first: an event that starts one campaign may end another. */
  eventHappened(person: Person, event: EventActivity, properties: () => JsonValue, atMs: number): void {
    for (const campaign of this.#index.aimingAtEvent(event.name)) {
      reachGoalByEvent(this.#environment, campaign, person.serial, event, properties, atMs);
    }
    for (const campaign of this.#index.triggeredByEvent(event.name)) {
      this.#trigger(campaign, person, event, properties, atMs);
    }
  }

  #trigger(
    campaign: Campaign,
    person: Person,
    event: EventActivity,
    properties: () => JsonValue,
    atMs: number,
  ): void {
    const { trigger } = campaign.definition;
    const isMeant = trigger.kind === 'event' && isEventMeant(trigger.filter, event, properties);
    if (!campaign.isRunning || !isMeant || !isYoungEnough(this.#environment, event, atMs)) return;
    const triggerEvent = triggerEventOf(event, properties());
    if (this.#passesFilter(campaign, person, atMs)) {
      enterCampaign(this.#environment, campaign, person, atMs, triggerEvent);
      this.#watchExits(person.serial, atMs);
      return;
    }
    const expiresAtMs = atMs + this.#environment.switches().filterRecheckMinutes * MINUTE_MS;
    this.#waiting.add({
      campaignId: campaign.definition.id,
      person: person.serial,
      trigger: triggerEvent,
      expiresAtMs,
    });
    this.recheck(person.serial, atMs);
  }

  #passesFilter({ conditions }: Campaign, person: Person, atMs: number): boolean {
    return (
      conditions.filter === undefined || this.#environment.judge(conditions.filter, person, atMs).isMatch
    );
  }

  membershipChanged(news: MembershipNews): void {
    for (const campaign of this.#index.triggeredBy(news.tracked)) this.#follow(campaign, news);
    if (news.kind !== 'entered') return;
    for (const campaign of this.#index.aimingAt(news.tracked)) {
      reachGoalBySegment(this.#environment, campaign, news.person.serial, news.atMs);
    }
  }

  /** Entering starts a journey, or plans its start; whoever stays may have another start planned (case 122). */
  #follow(campaign: Campaign, { person, kind, startsAtMs, atMs }: MembershipNews): void {
    const { serial } = person;
    const isPlanned = campaign.pendingStartMs(serial) !== undefined;
    if (kind === 'left') campaign.setPendingStart(serial, undefined);
    if (kind === 'left' || (kind === 'stayed' && !isPlanned) || !campaign.isRunning) return;
    if (startsAtMs > atMs) {
      if (campaign.pendingStartMs(serial) === startsAtMs) return;
      campaign.setPendingStart(serial, startsAtMs);
      this.#environment.schedule({ kind: 'start', campaign, person: serial }, startsAtMs);
    } else {
      campaign.setPendingStart(serial, undefined);
      this.#enter(campaign, person, atMs);
    }
  }

  #enter(campaign: Campaign, person: Person, atMs: number): void {
    enterCampaign(this.#environment, campaign, person, atMs);
    this.#watchExits(person.serial, atMs);
  }

  /** Everyone who is in the trigger segments when the campaign is started. */
  takeCurrentPeople(campaign: Campaign, atMs: number): void {
    const { trigger } = campaign.conditions;
    for (const serial of trigger?.members.serials() ?? []) {
      const person = this.#environment.state.people.bySerial(serial);
      if (person?.status === 'live') this.#enter(campaign, person, atMs);
    }
  }

  /** Something about the person changed: filters that failed may hold, exit conditions may have come true. */
  personChanged(person: number, atMs: number): void {
    const mayMatter = this.#waiting.of(person).length > 0 || this.#areExitsWatched(person);
    if (mayMatter) this.recheck(person, atMs);
  }

  #areExitsWatched(person: number): boolean {
    return (
      this.#environment.switches().exitCheck === 'at_once' &&
      this.#environment.journeys.ofPerson(person).some((journey) => journey.isUnderWay)
    );
  }

  #watchExits(person: number, atMs: number): void {
    if (this.#areExitsWatched(person)) this.recheck(person, atMs);
  }

  recheck(serial: number, atMs: number): void {
    const person = this.#environment.state.people.bySerial(serial);
    if (person?.status !== 'live') return;
    let nextMs = NEVER;
    this.#waiting.keep(serial, (waiting) => {
      const againMs = this.#tryAgain(waiting, person, atMs);
      nextMs = Math.min(nextMs, againMs ?? NEVER);
      return againMs !== undefined;
    });
    if (this.#areExitsWatched(serial)) nextMs = Math.min(nextMs, this.#exitWhoMust(person, atMs));
    this.#planRecheck(serial, nextMs);
  }

  /** @returns when to try once more; undefined: it is settled, one way or the other. */
  #tryAgain(waiting: WaitingTrigger, person: Person, atMs: number): number | undefined {
    const { campaignId, trigger, expiresAtMs } = waiting;
    const campaign = this.#campaigns.get(campaignId);
    if (campaign === undefined) return undefined;
    const { filter } = campaign.conditions;
    const verdict = filter === undefined ? undefined : this.#environment.judge(filter, person, atMs);
    if (verdict === undefined || verdict.isMatch) {
      enterCampaign(this.#environment, campaign, person, atMs, trigger);
      return undefined;
    }
    return atMs >= expiresAtMs ? undefined : Math.min(expiresAtMs, verdict.changesAtMs);
  }

  /** @returns when the answer may change. */
  #exitWhoMust(person: Person, atMs: number): number {
    let nextMs = NEVER;
    for (const journey of this.#environment.journeys.ofPerson(person.serial)) {
      const campaign = this.#campaigns.get(journey.record.campaignId);
      if (!journey.isUnderWay || campaign === undefined) continue;
      const { reason, changesAtMs } = judgeExit(this.#environment, campaign, person, atMs);
      if (reason !== undefined) journey.exit(atMs, reason);
      else nextMs = Math.min(nextMs, changesAtMs);
    }
    return nextMs;
  }

  #planRecheck(person: number, atMs: number): void {
    if (atMs === NEVER || atMs >= (this.#recheckAtMs.get(person) ?? NEVER)) return;
    this.#recheckAtMs.set(person, atMs);
    this.#environment.schedule({ kind: 'recheck', person }, atMs);
  }

  /** A moment has come. Whatever was overtaken by events is let pass. */
  timeCame(due: Exclude<Due, { kind: 'ask' }>, atMs: number): void {
    switch (due.kind) {
      case 'step':
        this.#walk(due, atMs);
        return;
      case 'start':
        this.#startPlanned(due, atMs);
        return;
      case 'again':
        this.#startAgain(due, atMs);
        return;
      case 'recheck':
        if (this.#recheckAtMs.get(due.person) !== atMs) return;
        this.#recheckAtMs.delete(due.person);
        this.recheck(due.person, atMs);
    }
  }

  #walk({ journey }: Extract<Due, { kind: 'step' }>, atMs: number): void {
    const campaign = this.#campaigns.get(journey.record.campaignId);
    if (campaign !== undefined && journey.record.dueAtMs === atMs) {
      walkJourney(this.#environment, campaign, journey, atMs);
    }
  }

  #startPlanned({ campaign, person: serial }: Extract<Due, { kind: 'start' }>, atMs: number): void {
    if (campaign.pendingStartMs(serial) !== atMs) return;
    campaign.setPendingStart(serial, undefined);
    const person = this.#environment.state.people.bySerial(serial);
    if (person?.status === 'live') this.#enter(campaign, person, atMs);
  }

  #startAgain({ campaign, person: serial }: Extract<Due, { kind: 'again' }>, atMs: number): void {
    const person = this.#environment.state.people.bySerial(serial);
    const isStillIn = campaign.conditions.trigger?.members.has(serial) === true;
    if (person?.status === 'live' && isStillIn) this.#enter(campaign, person, atMs);
  }

  /** Deleted, suppressed or merged away: nothing goes on. */
  personGone(person: number, atMs: number): void {
    this.#waiting.drop(person);
    this.#recheckAtMs.delete(person);
    for (const campaign of this.#campaigns.values()) campaign.setPendingStart(person, undefined);
    for (const journey of this.#environment.journeys.ofPerson(person)) journey.exit(atMs, 'person_gone');
  }

  personMerged(from: number, to: number, atMs: number): void {
    this.personGone(from, atMs);
    this.#environment.messages.movePerson(from, to);
    for (const campaign of this.#campaigns.values()) campaign.movePerson(from, to);
  }

  /** Those under way leave at once. */
  exitAll(campaign: Campaign, atMs: number): void {
    for (const journey of this.#environment.journeys.ofCampaign(campaign.definition.id)) {
      journey.exit(atMs, 'campaign_stopped');
    }
  }
}
