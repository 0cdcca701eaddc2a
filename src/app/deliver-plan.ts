import { KEYED_KINDS, type KeyedKind, makesEvents, peopleModels } from '../core/contract/contract.ts';
import { attributeDefinitions } from '../core/definition/delivered-definitions.ts';
import type { NewVersion } from '../core/definition/published.ts';
import { ruleForStart } from '../core/guard/event-start.ts';
import type { HoldCode } from '../core/guard/hold.ts';
import { backfillRule, livenessRule, waitingRule } from '../core/guard/liveness.ts';
import type { Verdict } from '../core/guard/verdict.ts';
import {
  type ConsentDirection,
  makesEvents as isEventPlan,
  type ModelPlan,
  type PlanSummary,
} from '../core/plan/plan-summary.ts';
import type { Lease } from '../core/state/lease.ts';
import type { AllowedLimit, ModelResult } from '../core/state/run.ts';
import type { StateStore } from '../ports/state-store.ts';
import { ConsentDelivery } from './consent/deliver-consents.ts';
import { EventsDelivery } from './deliver-events.ts';
import { PeopleDelivery } from './deliver-people.ts';

import { eventTable, peopleTable, thingTable } from './delivered-reader.ts';
import type { DeliveryOptions, EventPace } from './delivery-options.ts';

import { DeliveryTally } from './delivery-tally.ts';
import type { EventModelDelivery } from './event-model-delivery.ts';
import { AnonymousDelivery } from './identity/deliver-anonymous.ts';
import { deliverIdentities, recordConflicts } from './identity/deliver-identities.ts';
import { IdentityGuard } from './identity/identity-guard.ts';
import { StrangerGate } from './identity/stranger-gate.ts';
import { type DeliveredModel, ModelRecorder, type OnAccepted } from './model-recorder.ts';
import { publish } from './publish.ts';
import { RefusedPeople } from './refused-people.ts';
import { requireAppApi } from './require-app-api.ts';
import type { Session } from './session.ts';
import { SettleGate } from './settle-gate.ts';
import { ThingsDelivery } from './things/deliver-things.ts';

export interface DeliverPlanOptions {
  readonly lease: Lease;
  readonly state: StateStore;
  readonly signal: AbortSignal | undefined;
  readonly eventPace?: EventPace | undefined;
  readonly onAccepted?: OnAccepted | undefined;
  /** What was judged; what somebody allowed is kept with the results. */
  readonly verdicts: readonly Verdict[];
  onHeld(model: string, key: string, code: HoldCode): void;
}

/**
 * Sends exactly the operations of a plan: opt-outs before everything else, erasures, people model by model, opt-ins,
 * objects, relationships, and then all events in order of time.
 */
export class PlanDelivery {
  private readonly session: Session;
  private readonly summary: PlanSummary;
  private readonly options: DeliverPlanOptions;
  private readonly tallies: ReadonlyMap<string, DeliveryTally>;
  private readonly refusedPeople = new RefusedPeople();
  private settleGate: SettleGate | undefined;
  private readonly strangers: StrangerGate | undefined;
  /** By model: definitions that are sent in a new version. */
  private newVersions: ReadonlyMap<string, readonly NewVersion[]> = new Map();

  constructor(session: Session, summary: PlanSummary, options: DeliverPlanOptions) {
    this.session = session;
    this.summary = summary;
    this.options = options;
    this.tallies = new Map(summary.models.map((plan) => [plan.model, new DeliveryTally(plan)]));
    this.strangers = this.openStrangers();
  }

  private openStrangers(): StrangerGate | undefined {
    const { contract, app, toolbox } = this.session;
    const { canonical, identity } = contract.project;
    if (!identity.peopleElsewhere) return undefined;
    const { observer } = toolbox;
    return new StrangerGate({ profiles: app?.profiles, canonical, observer, signal: this.options.signal });
  }

  /** Undefined when no event of this plan waits for what is sent of its person. */
  private async openSettleGate(): Promise<SettleGate | undefined> {
    const { contract, app, spools, toolbox } = this.session;
    const { planId, models: plans } = this.summary;
    const waiting = contract.models.filter((model) => makesEvents(model) && model.settlesBefore);
    const models = plans
      .filter((plan) => isEventPlan(plan) && plan.operations > 0)
      .map(({ model }) => model)
      .filter((name) => waiting.some((model) => model.name === name));
    if (models.length === 0) return undefined;
    const { profiles } = requireAppApi(app, '`settle_before_event`');
    const { canonical } = contract.project;
    const { signal } = this.options;
    return SettleGate.open({
      spools,
      planId,
      models,
      profiles,
      canonical,
      observer: toolbox.observer,
      signal,
    });
  }

  /** What has become of each model up to now; also right after a failure. */
  results(): readonly ModelResult[] {
    return [...this.tallies.values()].map((tally) => this.withDecisions(tally.result()));
  }

  private withDecisions(result: ModelResult): ModelResult {
    const newVersions = this.newVersions.get(result.model) ?? [];
    const allowed = this.allowedIn(result.model);
    return {
      ...result,
      ...(newVersions.length === 0 ? {} : { newVersions }),
      ...(allowed.length === 0 ? {} : { allowed }),
    };
  }

  private allowedIn(name: string): readonly AllowedLimit[] {
    return this.options.verdicts.flatMap(({ model, limit, message, reason }) =>
      model === name && limit !== undefined && reason !== undefined ? [{ limit, message, reason }] : [],
    );
  }

  /** Before anything else and apart from it: no guard may stand in their way. */
  async sendOptOuts(): Promise<void> {
    this.settleGate = await this.openSettleGate();
    await this.eachConsent('opt_out', (delivery) => delivery.run());
  }

  /** Instead of everything else, when a guard stops the run: new people can have opt-outs, too. */
  async sendOptOutsOfNewPeople(): Promise<void> {
    await this.eachConsent('opt_out', (delivery) => delivery.settleCarried(true));
  }

  async run(): Promise<void> {
    this.newVersions = await publish(this.session, this.summary, this.options);
    const guard = await this.openGuard();
    const active = this.summary.models.filter(hasOperations).flatMap((plan) => this.recorderOf(plan));
    await this.deliverThings(active, ['erasure']);
    for (const recorder of active) {
      if (recorder.model.kind !== 'people') continue;
      // One model after the other, so that one update of a person is under way at a time.
      await this.deliver([recorder], () => new PeopleDelivery(recorder, guard, this.deliveryOptions()).run());
    }
    await this.recordDefinitions();
    await guard.tellConflicts();
    await this.eachConsent('opt_out', (delivery) => delivery.settleCarried(false));
    await this.eachConsent('opt_in', (delivery) => delivery.run());
    await this.deliverThings(
      active,
      KEYED_KINDS.filter((kind) => kind !== 'erasure'),
    );
    // Only now, for attributes are accepted before events.
    const events = active.filter(({ plan }) => isEventPlan(plan));
    const unsettled = (await this.settleGate?.unsettled()) ?? NOBODY;
    const models = events.map((recorder) => this.eventModel(recorder, unsettled));
    await this.deliver(events, () => new EventsDelivery(models, this.deliveryOptions()).run());
    for (const model of models) {
      const { plan } = model.recorder;
      if (plan.kind !== 'event' || plan.anonymous === 0) continue;
      // One model after the other: they share the pace at which Customer.io may be called.
      await new AnonymousDelivery(model, this.deliveryOptions()).run();
    }
    await guard.verify();
  }

  /** Erasures before everything; the rest after the people, who may be related to them, objects first. */
  private async deliverThings(active: readonly ModelRecorder[], kinds: readonly KeyedKind[]): Promise<void> {
    const { canonical } = this.session.contract.project;
    for (const kind of kinds) {
      for (const recorder of active.filter(({ plan }) => plan.kind === kind)) {
        const onHeld = (key: string, code: HoldCode): void =>
          this.options.onHeld(recorder.plan.model, key, code);
        // One model after the other: they share the requests in flight.
        await this.deliver([recorder], () =>
          new ThingsDelivery(recorder, { ...this.deliveryOptions(), canonical, onHeld }).run(),
        );
      }
    }
  }

  /** Everybody has the attributes in their present definitions now, where everybody was read. */
  private async recordDefinitions(): Promise<void> {
    const { session, summary } = this;
    const { state, lease } = this.options;
    const { models, project } = session.contract;
    for (const model of models) {
      const plan = summary.models.find((each) => each.model === model.name);
      if (model.kind !== 'people' || plan === undefined || plan.known !== undefined) continue;
      const definitions = attributeDefinitions(model, project.canonical);
      // One after the other: they are written to one state.
      await state.delivered.recordDefinitions(lease, peopleTable(model.name), definitions);
    }
  }

  private async eachConsent(
    direction: ConsentDirection,
    work: (delivery: ConsentDelivery) => Promise<void>,
  ): Promise<void> {
    const { session, options, summary } = this;
    for (const plan of summary.models) {
      if (plan.kind !== 'consent' || plan.direction !== direction) continue;
      const model = peopleModels(session.contract).find(({ name }) => name === plan.people);
      const tally = this.tallies.get(plan.model);
      if (model === undefined || tally === undefined) continue;
      const { lease, state, onAccepted } = options;
      const consents = { session, model, lease, state, onAccepted };
      const onHeld = (key: string, code: HoldCode): void => options.onHeld(plan.model, key, code);
      // One after the other, so that one update of a person is under way at a time.
      await work(new ConsentDelivery(plan, tally, { ...this.deliveryOptions(), ...consents, onHeld }));
    }
  }

  private announce(plans: readonly ModelPlan[]): void {
    const names = plans.filter(({ operations }) => operations > 0).map(({ model }) => model);
    if (names.length === 0) return;
    this.session.toolbox.observer.observe({ kind: 'step', text: `Sending ${names.join(', ')}` });
  }

  private async deliver(recorders: readonly ModelRecorder[], send: () => Promise<void>): Promise<void> {
    this.announce(recorders.map(({ plan }) => plan));
    if (recorders.length > 0) await send();
  }

  private recorderOf(plan: ModelPlan): readonly ModelRecorder[] {
    const { clock, observer } = this.session.toolbox;
    const { lease, state, onAccepted } = this.options;
    const model = deliveredModel(plan);
    const tally = this.tallies.get(plan.model);
    if (model === undefined || tally === undefined) return [];
    return [new ModelRecorder(model, plan, tally, { lease, state, clock, observer, onAccepted })];
  }

  private eventModel(recorder: ModelRecorder, unsettled: ReadonlySet<string>): EventModelDelivery {
    const { plan } = recorder;
    const model = this.session.contract.models.filter(makesEvents).find(({ name }) => name === plan.model);
    const { backfill } = this.summary;
    const onHeld = (key: string, code: HoldCode): void => this.options.onHeld(plan.model, key, code);
    if (backfill !== undefined) {
      const rule = backfillRule(backfill);
      return {
        recorder,
        liveness: rule,
        waitingLiveness: rule,
        lateCode: 'could_start_journey',
        unsettled: NOBODY,
        onHeld,
      };
    }
    const liveness =
      model !== undefined && isEventPlan(plan)
        ? ruleForStart(plan.startReason, livenessRule(model))
        : undefined;
    return {
      recorder,
      liveness,
      waitingLiveness: model?.kind === 'event' && liveness !== undefined ? waitingRule(model) : liveness,
      lateCode: 'late',
      unsettled: model?.settlesBefore === true ? unsettled : NOBODY,
      onHeld,
    };
  }

  /** Writes down who is who, and opens what watches over the people that are sent. */
  private async openGuard(): Promise<IdentityGuard> {
    const { session, refusedPeople } = this;
    const { lease, state, signal, onHeld } = this.options;
    const { canonical, identity } = session.contract.project;
    const { spools, toolbox } = session;
    const { identities } = state;
    const recording = { lease, identities, now: toolbox.clock.now() };
    const found = await deliverIdentities({ spools, planId: this.summary.planId, ...recording });
    return new IdentityGuard({
      canonical,
      allowsEmailUpdate: identity.allowEmailUpdate === true,
      profiles: session.app?.profiles,
      keySeed: state.delivered.keySeed,
      moves: found.moves,
      expected: newIdentifiers(this.summary),
      refusedPeople,
      observer: toolbox.observer,
      signal,
      onHeld,
      settleMoves: (moves) => identities.settleMoves(lease, moves),
      recordConflicts: (conflicts) =>
        recordConflicts(found, conflicts, { ...recording, now: toolbox.clock.now() }),
    });
  }

  private deliveryOptions(): DeliveryOptions {
    const { toolbox, contract, spools, destination } = this.session;
    return {
      planId: this.summary.planId,
      spools,
      destination,
      clock: toolbox.clock,
      requestsInFlight: contract.project.customerio.requestsInFlight,
      signal: this.options.signal,
      refusedPeople: this.refusedPeople,
      strangers: this.strangers,
      settleGate: this.settleGate,
      eventPace: this.options.eventPace,
    };
  }
}

const NOBODY: ReadonlySet<string> = new Set();

/** Delivered events whose row changed leave something to record, too; carts always do: when they were read. */
function hasOperations(plan: ModelPlan): boolean {
  if (plan.kind === 'abandonment') return true;
  const changedAfterDelivery = plan.kind === 'event' ? plan.changedAfterDelivery : 0;
  const notes = 'notes' in plan ? plan.notes : 0;
  return plan.operations + plan.refreshed + changedAfterDelivery + notes > 0;
}

function newIdentifiers({ models }: PlanSummary): number {
  const people = models.filter((plan) => plan.kind === 'people');
  return people.reduce((sum, { newPeople, emailChanges }) => sum + newPeople + emailChanges, 0);
}

/** What a plan delivers into which table; undefined where nothing is sent, or by other ways. */
function deliveredModel(plan: ModelPlan): DeliveredModel | undefined {
  switch (plan.kind) {
    case 'people':
      return { name: plan.model, kind: 'people', table: peopleTable(plan.model) };
    case 'event':
    case 'abandonment':
      return { name: plan.model, kind: plan.kind, table: eventTable(plan.event) };
    case 'objects':
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return { name: plan.model, kind: plan.kind, table: thingTable(plan) };
    case 'consent':
    case 'identities':
      return undefined;
  }
}
