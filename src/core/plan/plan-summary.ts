import type { BackfillPlan } from '../backfill/backfill-plan.ts';
import type { ReadReport } from '../capture/read-report.ts';
import type { CartFinding } from '../carts/judge-carts.ts';
import { KEYED_KINDS, type KeyedKind, type Model } from '../contract/contract.ts';
import type { Allowance } from '../guard/allowance.ts';
import type { ConflictCode } from '../identity/conflict.ts';
import type { WithheldCount } from '../state/run.ts';

/**
 * What a sync would send: counts and digests only, so that it can be shown to anybody.
 * The operations themselves lie in spools, which only the owner reads.
 */
export interface PlanSummary {
  readonly planId: string;
  /** Unix ms. */
  readonly createdAt: number;
  readonly contractHash: string;
  readonly workspace: string;
  /** Undefined when the workspace had no state yet. */
  readonly stateId: string | undefined;
  readonly stateVersion: number;
  /** Unix seconds; set when history was asked for. */
  readonly historyFrom: number | undefined;
  /** Set when it is a backfill, of one event model. */
  readonly backfill?: BackfillPlan | undefined;
  readonly identity: IdentityPlan;
  /** Names of the models that were selected. */
  readonly models: readonly ModelPlan[];
  /** Limits that somebody allowed to be crossed. */
  readonly allowances?: readonly Allowance[] | undefined;
}

export type ModelPlan = PeoplePlan | ConsentPlan | EventPlan | AbandonmentPlan | IdentitiesPlan | KeyedPlan;

/** Plans of models that make events. */
export type EventMakingPlan = EventPlan | AbandonmentPlan;

export function makesEvents(plan: ModelPlan): plan is EventMakingPlan {
  return plan.kind === 'event' || plan.kind === 'abandonment';
}

export function isKeyedPlan(plan: ModelPlan): plan is KeyedPlan {
  return (KEYED_KINDS as readonly string[]).includes(plan.kind);
}

interface ModelPlanBase {
  readonly model: string;
  readonly rows: number;
  readonly unchanged: number;
  /** Rows whose bytes changed without changing what is sent. */
  readonly refreshed: number;
  /** Things to send. */
  readonly operations: number;
  /** Bytes of these as JSON. */
  readonly bytes: number;
  /** Rows with a fault; a row may have several, which `withheld` counts one by one. */
  readonly faults: number;
  readonly held: number;
  readonly withheld: readonly WithheldCount[];
  /** How it was read, when changes are captured. */
  readonly read?: ReadReport | undefined;
  /** Keys delivered before, where not all rows were read. */
  readonly known?: number | undefined;
}

export interface PeoplePlan extends ModelPlanBase {
  readonly kind: 'people';
  readonly newPeople: number;
  readonly changedPeople: number;
  /** People delivered before whom the query no longer returns; nothing is done about them. */
  readonly gone: number;
  /** Attribute → people for whom it would be sent. */
  readonly attributeChanges: Readonly<Record<string, number>>;
  /** Delivered people with a new e-mail address (canonical id), whether or not it can be sent. */
  readonly emailChanges: number;
  /** Things for the state to remember besides: who is gone. */
  readonly notes: number;
  /** Operations for people whose row is gone; undefined where nothing is done about them. */
  readonly removals?: number | undefined;
  /** What changes for people delivered before; undefined for guests. */
  readonly radius?: PeopleRadius | undefined;
}

/** What changes for people delivered before, as far as nobody announced it by changing a definition. */
export interface PeopleRadius {
  /** People delivered before, without those who were gone already. */
  readonly delivered: number;
  /** Of them, those with any change. */
  readonly people: number;
  /** Of them, those whom the query no longer returns. */
  readonly gone: number;
  readonly attributes: Readonly<Record<string, AttributeRadius>>;
}

/** People for whom one attribute changes. */
export interface AttributeRadius {
  readonly changed: number;
  /** Who had a value and would have none. */
  readonly cleared: number;
  /** Whose time or date would be an earlier one. */
  readonly backwards: number;
}

/** The hour with the most events, those that were sent before included. */
export interface BusiestHour {
  /** Hours since 1970. */
  readonly hour: number;
  readonly events: number;
  /** Events of the busiest other hour of the last four weeks. */
  readonly usual: number;
}

/** What a model says about which keys belong to whom. Nothing of it is sent. */
export interface IdentitiesPlan extends ModelPlanBase {
  readonly kind: 'identities';
}

/** Rows that each stand for one thing at Customer.io: to be put there, changed, or removed. */
export interface KeyedPlan extends ModelPlanBase {
  readonly kind: KeyedKind;
  /** What at Customer.io they are about: the type of object. */
  readonly target: string;
  readonly added: number;
  readonly changed: number;
  /** Delivered things whose row is gone and that are removed; no rows, but among the operations. */
  readonly removals: number;
  /** Delivered things whose row is gone and that stay as they are. */
  readonly gone: number;
  /** Why those stay that should be removed: so many rows could not be told apart from them. 0: no reason. */
  readonly unplacedRows: number;
  /** Things delivered before this run. */
  readonly delivered: number;
  /** Attribute → things for which it would be sent. */
  readonly attributeChanges: Readonly<Record<string, number>>;
  /** Things for the state to remember besides: what is gone. */
  readonly notes: number;
}

/** What the plan found out about identities. */
export interface IdentityPlan {
  /** Keys that belong to somebody. */
  readonly keys: number;
  /** Keys that were added, moved or withdrawn. */
  readonly changes: number;
  /** People whose canonical e-mail changed, whether or not the change can be sent. */
  readonly addressChanges: number;
  readonly conflicts: readonly ConflictCount[];
}

/** Contradictions of one sort. */
export interface ConflictCount {
  readonly code: ConflictCode;
  /** Kind of key, or model. */
  readonly detail: string;
  readonly conflicts: number;
  /** Different people concerned. */
  readonly people: number;
}

export type ConsentDirection = 'opt_out' | 'opt_in';

/**
 * Answers of one direction in one people model. Opt-outs are sent before everything else, opt-ins after the
 * people; `rows` counts the rows with such an answer.
 */
export interface ConsentPlan extends ModelPlanBase {
  readonly kind: 'consent';
  readonly direction: ConsentDirection;
  /** The people model. */
  readonly people: string;
  /** Opt-outs of people who are new: they go with the operation that makes the person. Among `refreshed`. */
  readonly carried: number;
  /** Consent (`email`, `topic_3`) → people whose answer would be written. */
  readonly changes: Readonly<Record<string, number>>;
  /** Rows with an opt-in that is not written because its consent does not allow it; told with the opt-outs. */
  readonly notAllowed: number;
  /** People who stay out, because nothing proves that their opt-in is newer than what Customer.io holds. */
  readonly staysOut: number;
  /** More opt-outs than usual: a warning, and no reason to hold one back. */
  readonly isUnusual: boolean;
}

/** The plan's own name, for its spool and its rows: `customers.opt_outs`. */
export function consentPlanName(people: string, direction: ConsentDirection): string {
  return `${people}.${direction}s`;
}

/** Under which name the rows are kept that a backfill could not send: `order_placed.backfill`. */
export function backfillName(model: string): string {
  return `${model}.backfill`;
}

/** The names of all plans that the models can have: what stands under another one is of a model that is gone. */
export function planNames(models: readonly Model[]): readonly string[] {
  const names = models.flatMap((model) => {
    if (model.kind === 'event') return [model.name, backfillName(model.name)];
    if (model.kind !== 'people' || model.consents.length === 0) return [model.name];
    return [model.name, consentPlanName(model.name, 'opt_out'), consentPlanName(model.name, 'opt_in')];
  });
  return [...names, GUESTS];
}

/** Name under which plans and results tell of guests; no file can be called so. */
export const GUESTS = '(guests)';

/** Why an event model sends from a certain time on. */
export type StartReason = 'first_run' | 'published' | 'recovery' | 'history' | 'backfill' | 'release';

interface EventPlanBase extends ModelPlanBase {
  readonly event: string;
  /** Unix seconds: earlier events are not sent. */
  readonly startsAt: number;
  readonly startReason: StartReason;
  /** To be published in the lock file; differs from `startsAt` in recovery and history. */
  readonly publishedStart: number;
  readonly beforeStart: number;
  readonly dropped: number;
  /** Undefined where nothing is to be sent, or too little is known to compare it with. */
  readonly busiestHour?: BusiestHour | undefined;
  /** Rows that each of the last runs read at least; undefined when there were too few. */
  readonly usualRows?: number | undefined;
}

export interface EventPlan extends EventPlanBase {
  readonly kind: 'event';
  /** Rows whose throttle's window has its event already. */
  readonly throttled: number;
  /** Delivered events whose row has other content now; they are not sent again. */
  readonly changedAfterDelivery: number;
  /** Operations that are sent without a person. */
  readonly anonymous: number;
  /** Things for the state to remember besides: which events wait for their person. */
  readonly notes: number;
}

/** What was found for a cart that gives no event now. `emitted`, which had its event, counts as unchanged. */
export type SilentCart = Exclude<CartFinding, 'due' | 'emitted'>;

export interface AbandonmentPlan extends EventPlanBase {
  readonly kind: 'abandonment';
  /** Carts for which nothing is sent, by what was found. */
  readonly carts: Readonly<Record<SilentCart, number>>;
}

/** Rows for which the model itself asks for no event. */
export function notDueRows(plan: EventMakingPlan): number {
  if (plan.kind === 'event') return plan.throttled;
  return Object.values(plan.carts).reduce((sum, carts) => sum + carts, 0);
}

export interface SampleChange {
  readonly attribute: string;
  readonly before: string;
  readonly after: string;
}

/** One person, event or thing of a plan, with its values, for the eyes of who asked for the plan. */
export type Sample =
  | {
      readonly kind: 'person';
      readonly key: string;
      readonly isNew: boolean;
      readonly changes: readonly SampleChange[];
    }
  | {
      readonly kind: 'thing';
      readonly key: string;
      readonly action: 'add' | 'change' | 'remove';
      readonly changes: readonly SampleChange[];
    }
  | {
      readonly kind: 'event';
      readonly key: string;
      readonly id: string;
      readonly person: string;
      readonly occurredAt: number;
      readonly properties: string;
    };

export function totalOperations(plan: PlanSummary): number {
  return plan.models.reduce((sum, model) => sum + model.operations, 0);
}
