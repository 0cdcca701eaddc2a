import type {
  BackfillPlan,
  BackfillRecord,
  JourneysOfCampaign,
  JourneysSeen,
  PeopleSeen,
} from '../../core/backfill/backfill-plan.ts';
import { judgeGate } from '../../core/backfill/gate.ts';
import { MillraceError } from '../../core/errors/millrace-error.ts';
import type { ModelResult } from '../../core/state/run.ts';
import { unixSeconds } from '../../ports/clock.ts';
import type { EventPace } from '../delivery-options.ts';
import type { Session } from '../session.ts';
import { concerned, countJourneys } from './count-journeys.ts';
import { EventRate, waited } from './event-rate.ts';
import type { JudgedBackfill } from './judge-backfill.ts';
import { heldValues, peopleSeen, type personSamples } from './people-at-customerio.ts';
import { readCampaigns } from './read-campaigns.ts';
import { refuseBackfill } from './refuse-backfill.ts';

/** A campaign may be started while a backfill is sent: so often it is looked again. */
const LOOK_AGAIN_MS = 300_000;

/** Customer.io counts what it accepted after a moment. */
const SETTLE_MS = 2000;

const SECONDS_PER_HOUR = 3600;

export interface BackfillWatchOptions {
  readonly plan: BackfillPlan;
  readonly judged: JudgedBackfill;
  /** People to look at afterwards. */
  readonly samples: ReturnType<typeof personSamples>;
  readonly signal: AbortSignal | undefined;
}

/** Looks after a backfill while it is sent: its pace, its gate, and the journeys that begin meanwhile. */
export class BackfillWatch {
  readonly pace: EventPace;
  private readonly session: Session;
  private readonly plan: BackfillPlan;
  private readonly judged: JudgedBackfill;
  /** Unix seconds: journeys are counted from here on. */
  readonly countedFrom: number;
  readonly before: readonly JourneysOfCampaign[];
  private readonly samples: BackfillWatchOptions['samples'];
  private readonly signal: AbortSignal | undefined;
  private lookedAt: number;
  private people: PeopleSeen | undefined;
  private seen: JourneysSeen = { started: undefined, remark: 'the run ended before anybody looked' };

  /** Counts the journeys before anything is sent. @throws DestinationError when the App API does not answer. */
  static async open(session: Session, options: BackfillWatchOptions): Promise<BackfillWatch> {
    const { judged, signal } = options;
    const now = unixSeconds(session.toolbox.clock);
    const countedFrom = now - (now % SECONDS_PER_HOUR);
    const window = { start: countedFrom, end: now + session.contract.project.clockSkewSeconds };
    const before =
      session.app === undefined
        ? []
        : await countJourneys(session.app.journeys, concerned(judged.concerns ?? []), window, signal);
    return new BackfillWatch(session, options, { countedFrom, before });
  }

  private constructor(
    session: Session,
    { plan, judged, samples, signal }: BackfillWatchOptions,
    { countedFrom, before }: Pick<BackfillWatch, 'countedFrom' | 'before'>,
  ) {
    this.session = session;
    this.plan = plan;
    this.judged = judged;
    this.samples = samples;
    this.signal = signal;
    this.countedFrom = countedFrom;
    this.before = before;
    this.lookedAt = session.toolbox.clock.now();
    const rate = plan.rate === undefined ? undefined : new EventRate(plan.rate);
    this.pace = {
      perRequestMax: rate?.perRequestMax,
      before: async (events, signal) => {
        await rate?.turn(events, signal);
        await this.lookAgain();
      },
    };
  }

  /** The results, the first with what the history keeps of the backfill. */
  withRecord(results: readonly ModelResult[]): readonly ModelResult[] {
    return results.map((result, index) => (index === 0 ? { ...result, backfill: this.record() } : result));
  }

  /** Everything is sent: what began meanwhile? Not being able to look is no reason to fail any more. */
  async lookAfterwards(): Promise<void> {
    try {
      this.seen = await this.look();
      await this.lookAtPeople();
    } catch (error) {
      if (!(error instanceof MillraceError)) throw error;
      this.seen = { started: undefined, remark: `nobody could look: ${error.message}` };
    }
  }

  private async look(): Promise<JourneysSeen> {
    const { app, toolbox, contract } = this.session;
    if (app === undefined) return { started: undefined, remark: 'without an App API key nobody could look' };
    const campaigns = concerned(this.judged.concerns ?? []);
    if (campaigns.length > 0 || this.samples.length > 0) await waited(SETTLE_MS, this.signal);
    if (campaigns.length === 0) return { started: [], remark: 'no running campaign is concerned' };
    // Customer.io's clock may be ahead of ours.
    const end = unixSeconds(toolbox.clock) + contract.project.clockSkewSeconds;
    const window = { start: this.countedFrom, end };
    const after = await countJourneys(app.journeys, campaigns, window, this.signal);
    return { started: after.map((each) => this.sinceBefore(each)), remark: undefined };
  }

  private async lookAtPeople(): Promise<void> {
    const { session, samples, signal } = this;
    if (session.app === undefined || samples.length === 0) return;
    const { canonical } = session.contract.project;
    this.people = peopleSeen(samples, await heldValues(session.app.profiles, samples, canonical, signal));
  }

  private sinceBefore(after: JourneysOfCampaign): JourneysOfCampaign {
    const before = this.before.find(({ campaign }) => campaign === after.campaign)?.started ?? 0;
    return { ...after, started: Math.max(0, after.started - before) };
  }

  /** @throws ContractError `backfill_refused` when a campaign that was started meanwhile is concerned. */
  private async lookAgain(): Promise<void> {
    const { session, plan, judged } = this;
    const now = session.toolbox.clock.now();
    if (session.app === undefined || now - this.lookedAt < LOOK_AGAIN_MS) return;
    this.lookedAt = now;
    const { concerns } = await readCampaigns(session, plan, this.signal);
    refuseBackfill({ ...judged, ...judgeGate({ request: plan, ...judged, concerns }) }, plan);
  }

  private record(): BackfillRecord {
    const { kind, mode, model, event, from, to, rate, allowsJourneys, reason } = this.plan;
    const safe = (this.judged.concerns ?? []).flatMap(({ how, safe: said }) =>
      how === 'none' || said === undefined ? [] : [said],
    );
    return {
      kind,
      mode,
      model,
      event,
      from,
      to,
      rate,
      allowsJourneys,
      reason,
      safe,
      journeys: this.seen,
      people: this.people,
    };
  }
}
