import type { CampaignState, Channel, Exit } from '../campaigns/campaign.ts';
import type { SwitchChanges } from '../switches.ts';
import type { ReportedMetric } from '../webhooks/reporting-webhook.ts';

/** A span of time: `30m`, `24h`, `21d`, `2w`. */
export type SpanText = string;
/** A moment: ISO 8601 with its zone, or unix seconds. */
export type MomentText = string | number;
type Scalar = string | number | boolean;

/** Exactly one of these. */
export interface TestInput {
  readonly eq?: Scalar;
  readonly ne?: Scalar;
  readonly contains?: Scalar;
  readonly not_contains?: Scalar;
  readonly gt?: number;
  readonly gte?: number;
  readonly lt?: number;
  readonly lte?: number;
  readonly exists?: boolean;
  readonly is_timestamp?: boolean;
  readonly within_past?: SpanText;
  readonly before_past?: SpanText;
  readonly within_next?: SpanText;
  readonly after_next?: SpanText;
  readonly before?: MomentText;
  readonly after?: MomentText;
}

export interface EventFilterInput {
  readonly event: string;
  readonly type?: 'event' | 'page' | 'screen';
  readonly where?: readonly ({ readonly property: string } & TestInput)[];
}

/** A condition on a person. Segments are named by id or by name. */
export type ConditionInput =
  | ({ readonly attribute: string } & TestInput)
  | (EventFilterInput & {
      readonly times?: number;
      readonly within_past?: SpanText;
      readonly performed?: boolean;
    })
  | { readonly segment: number | string }
  | { readonly and: readonly ConditionInput[] }
  | { readonly or: readonly ConditionInput[] }
  | { readonly not: ConditionInput };

export interface SegmentInput {
  readonly id: number;
  readonly name: string;
  /** By default dynamic when there is a condition, else manual. */
  readonly type?: 'dynamic' | 'manual' | undefined;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | null | undefined;
  readonly created_at?: MomentText | undefined;
  readonly when?: ConditionInput | undefined;
}

export type TriggerInput =
  | EventFilterInput
  | { readonly segment: number | string }
  | { readonly segments: readonly (number | string)[] }
  | { readonly object: number }
  | { readonly relationship: number };

export type StepInput =
  | { readonly wait: SpanText }
  | {
      readonly message: string;
      readonly id?: number;
      readonly channel?: Channel;
      readonly subject?: string;
      readonly from?: string;
      readonly reply_to?: string;
      readonly sending?: 'automatic' | 'draft' | 'off';
      readonly send_to_unsubscribed?: boolean;
      readonly only_if?: ConditionInput;
    };

export type GoalInput = (EventFilterInput | { readonly segment: number | string }) & {
  readonly within?: SpanText;
};

export interface CampaignInput {
  readonly id: number;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly state?: CampaignState | undefined;
  readonly active?: boolean | undefined;
  readonly created_at?: MomentText | undefined;
  readonly first_started?: MomentText | undefined;
  readonly trigger: TriggerInput;
  readonly filter?: ConditionInput | undefined;
  readonly frequency?: 'once' | 'every_time' | { readonly every: SpanText } | undefined;
  readonly min_interval?: SpanText | undefined;
  readonly current_people?: 'enter' | 'stay_out' | undefined;
  readonly steps?: readonly StepInput[] | undefined;
  readonly goal?: GoalInput | undefined;
  readonly exit?: readonly Exit[] | undefined;
}

export interface ReportingWebhookInput {
  readonly url: string;
  readonly signing_key: string;
  readonly metrics?: readonly ReportedMetric[];
}

/** Segments, campaigns and webhooks, in the words of a workspace file. */
export interface DefinitionsInput {
  readonly segments?: readonly SegmentInput[];
  readonly campaigns?: readonly CampaignInput[];
  readonly reporting_webhooks?: readonly ReportingWebhookInput[];
}

/** All that a workspace file can hold. */
export interface WorkspaceInput extends DefinitionsInput {
  readonly switches?: SwitchChanges;
}
