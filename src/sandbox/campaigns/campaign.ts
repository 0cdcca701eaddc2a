import { type Condition, type EventFilter, segmentsIn } from '../segments/condition.ts';

export const CAMPAIGN_STATES = ['running', 'draft', 'stopped'] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

export const CHANNELS = ['email', 'sms', 'push', 'in_app', 'slack', 'whatsapp', 'webhook'] as const;
export type Channel = (typeof CHANNELS)[number];

/** What starts a journey. Object and relationship triggers are listed and start none. */
export type Trigger =
  | { readonly kind: 'event'; readonly filter: EventFilter }
  | { readonly kind: 'segments'; readonly segmentIds: readonly number[] }
  | { readonly kind: 'object' | 'relationship'; readonly objectTypeId: number };

/** How often one person may start a journey: once, at each trigger, or again after a span while still matching. */
export type Frequency =
  | { readonly kind: 'once' | 'every_time' }
  | { readonly kind: 'interval'; readonly spanMs: number };

export const SENDING_STATES = ['automatic', 'draft', 'off'] as const;

export interface MessageStep {
  readonly kind: 'message';
  readonly actionId: number;
  readonly name: string;
  readonly channel: Channel;
  readonly subject: string;
  readonly from: string | undefined;
  readonly replyTo: string | undefined;
  readonly sending: (typeof SENDING_STATES)[number];
  readonly sendsToUnsubscribed: boolean;
  /** People who do not fulfil it skip the message and go on. */
  readonly onlyIf: Condition | undefined;
}

export type Step =
  | MessageStep
  | { readonly kind: 'wait'; readonly actionId: number; readonly spanMs: number };

/** What a campaign is for; reached within a span after a message, the journey counts as converted. */
export interface Goal {
  readonly aim:
    | { readonly kind: 'event'; readonly filter: EventFilter }
    | { readonly kind: 'segment'; readonly segmentId: number };
  readonly withinMs: number;
}

/** Why a person leaves before the last step. */
export const EXITS = ['goal', 'filter_fails', 'trigger_ends'] as const;
export type Exit = (typeof EXITS)[number];

export interface CampaignDefinition {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly state: CampaignState;
  /** undefined: while it runs or somebody is still under way. */
  readonly isActive: boolean | undefined;
  /** Unix seconds; undefined: when it is added. */
  readonly createdAt: number | undefined;
  /** Unix seconds; undefined: when it is first running. */
  readonly firstStartedAt: number | undefined;
  readonly trigger: Trigger;
  readonly filter: Condition | undefined;
  /** undefined: as the workspace's switches say. */
  readonly frequency: Frequency | undefined;
  readonly minIntervalMs: number;
  /** Whether people who are in the trigger segments when it is started enter it. */
  readonly takesCurrentPeople: boolean;
  readonly steps: readonly Step[];
  readonly goal: Goal | undefined;
  readonly exits: readonly Exit[];
}

/** The segments a campaign refers to, by trigger, filter, goal or step. */
export function segmentsOf({
  trigger,
  filter,
  goal,
  steps,
}: CampaignDefinition): ReadonlySet<number | string> {
  const conditions = [filter, ...steps.map((step) => (step.kind === 'message' ? step.onlyIf : undefined))];
  return new Set([
    ...(trigger.kind === 'segments' ? trigger.segmentIds : []),
    ...(goal?.aim.kind === 'segment' ? [goal.aim.segmentId] : []),
    ...conditions.flatMap((condition) => (condition === undefined ? [] : [...segmentsIn(condition)])),
  ]);
}
