import type { BackfillPlan, JourneysOfCampaign } from '../../core/backfill/backfill-plan.ts';
import { unixSeconds } from '../../ports/clock.ts';
import { type MadePlan, makePlan } from '../make-plan.ts';
import type { BackfillScope, StateReader } from '../reading.ts';
import type { Session } from '../session.ts';
import { concerned, countJourneys } from './count-journeys.ts';
import { type JudgedBackfill, judgeBackfill } from './judge-backfill.ts';
import { type HeldValues, heldValues, personSamples } from './people-at-customerio.ts';

/** A plan of a backfill, with what the gate says of it. */
export interface PlannedBackfill {
  readonly made: MadePlan;
  readonly plan: BackfillPlan;
  readonly judged: JudgedBackfill;
  /** Journeys of the concerned campaigns that began in the last hours; undefined without an App API key. */
  readonly recent: readonly JourneysOfCampaign[] | undefined;
  /** How many keys were asked for; undefined: all rows were. */
  readonly keysAsked: number | undefined;
  /** What Customer.io holds of the people shown (attributes_only); undefined without an App API key. */
  readonly held: HeldValues | undefined;
}

export interface PlanBackfillOptions {
  readonly planId: string;
  readonly scope: BackfillScope;
  readonly samplesMax: number;
  readonly signal: AbortSignal | undefined;
}

/** How far back recent journeys are counted. */
export const RECENT_HOURS = 24;

/** Reads the rows, spools what would be sent, and asks Customer.io what that would do. Nothing is sent. */
export async function planBackfill(
  session: Session,
  state: StateReader,
  { planId, scope, samplesMax, signal }: PlanBackfillOptions,
): Promise<PlannedBackfill> {
  const made = await makePlan(session, state, {
    planId,
    historyFrom: undefined,
    backfill: scope,
    samplesMax,
    isFull: true,
    examplesMax: 0,
    signal,
  });
  session.toolbox.observer.observe({ kind: 'step', text: 'Asking Customer.io about campaigns' });
  const judged = await judgeBackfill(session, made.summary, scope, signal);
  const { keys: _, ...request } = scope;
  const plan = { ...request, ages: judged.ages, people: made.people };
  // Of those whom the backfill is about, as many as were asked for.
  const samples = new Map([...made.samples].map(([model, each]) => [model, each.slice(0, samplesMax)]));
  return {
    made: { ...made, samples, summary: { ...made.summary, backfill: plan } },
    plan,
    judged,
    keysAsked: scope.keys?.size,
    recent: await recentJourneys(session, judged, signal),
    held: await heldBefore(session, samples, signal),
  };
}

async function heldBefore(
  { app, contract }: Session,
  samples: MadePlan['samples'],
  signal: AbortSignal | undefined,
): Promise<HeldValues | undefined> {
  if (app === undefined) return undefined;
  const people = personSamples([...samples.values()].flat());
  return heldValues(app.profiles, people, contract.project.canonical, signal);
}

async function recentJourneys(
  { app, toolbox }: Session,
  { concerns }: JudgedBackfill,
  signal: AbortSignal | undefined,
): Promise<readonly JourneysOfCampaign[] | undefined> {
  if (app === undefined || concerns === undefined) return undefined;
  const end = unixSeconds(toolbox.clock);
  return countJourneys(app.journeys, concerned(concerns), { start: end - RECENT_HOURS * 3600, end }, signal);
}
