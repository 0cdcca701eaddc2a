import { z } from 'zod';
import {
  CAMPAIGN_STATES,
  type CampaignDefinition,
  CHANNELS,
  EXITS,
  type Frequency,
  SENDING_STATES,
} from '../campaigns/campaign.ts';
import type { EventFilter } from '../segments/condition.ts';
import type { SegmentDefinition } from '../segments/segment.ts';
import { conditionSchema, EVENT_FILTER, eventFilterOf } from './condition-schema.ts';
import { choice, fields, idSchema, momentSchema, says, spanSchema } from './field-schemas.ts';

const STEPS_MAX = 100;
/** "Up to 90 days", says the page on conversion goals. */
const GOAL_WITHIN_MS_MAX = 90 * 86_400_000;
/** A shorter one would start a flood of journeys when the clock jumps. */
const INTERVAL_MS_MIN = 3_600_000;
const SECOND_MS = 1000;

const name = z.string().trim().min(1).max(200);
const secondsSchema = momentSchema.transform((ms) => Math.floor(ms / SECOND_MS));
const references = z.union([z.int(), z.string().min(1)]);

const segmentFields = fields({
  id: idSchema,
  name,
  type: z.enum(['dynamic', 'manual']).optional(),
  description: z.string().default(''),
  tags: z.array(z.string()).nullable().default(null),
  created_at: secondsSchema.optional(),
  when: conditionSchema.optional(),
});

export const SEGMENT_FIELDS = Object.keys(segmentFields.shape);

export const segmentSchema = segmentFields
  .superRefine(({ type, when }, context) => {
    if (type === 'manual' && when !== undefined) {
      context.addIssue({ code: 'custom', path: ['when'], message: 'a manual segment has no condition' });
    }
  })
  .transform((given): SegmentDefinition => {
    const { id, name: title, description, tags, when, created_at: createdAt } = given;
    const type = given.type ?? (when === undefined ? 'manual' : 'dynamic');
    return { id, name: title, description, tags, when, createdAt, type };
  });

/** Segments are still named as the user named them. */
export type TriggerInput =
  | { readonly kind: 'event'; readonly filter: EventFilter }
  | { readonly kind: 'segments'; readonly segments: readonly (number | string)[] }
  | { readonly kind: 'object' | 'relationship'; readonly objectTypeId: number };

const triggerSchema = choice<TriggerInput>('a trigger', {
  event: fields(EVENT_FILTER).transform((given) => ({
    kind: 'event' as const,
    filter: eventFilterOf(given),
  })),
  segment: fields({ segment: references }).transform(({ segment }) => segmentsTrigger([segment])),
  segments: fields({ segments: z.array(references).min(1) }).transform(({ segments }) =>
    segmentsTrigger(segments),
  ),
  object: fields({ object: idSchema }).transform(({ object }) => ({
    kind: 'object' as const,
    objectTypeId: object,
  })),
  relationship: fields({ relationship: idSchema }).transform(({ relationship }) => ({
    kind: 'relationship' as const,
    objectTypeId: relationship,
  })),
});

function segmentsTrigger(segments: readonly (number | string)[]) {
  return { kind: 'segments' as const, segments };
}

export interface StepInput {
  readonly wait?: number;
  readonly message?: z.infer<typeof messageSchema>;
}

const messageSchema = fields({
  message: name,
  id: idSchema.optional(),
  channel: z.enum(CHANNELS).default('email'),
  subject: z.string().default(''),
  from: z.string().optional(),
  reply_to: z.string().optional(),
  sending: z.enum(SENDING_STATES).default('automatic'),
  send_to_unsubscribed: z.boolean().default(false),
  only_if: conditionSchema.optional(),
});

const stepSchema = choice<StepInput>('a step', {
  wait: fields({ wait: spanSchema }),
  message: messageSchema.transform((message) => ({ message })),
});

/** What a goal names, before its segment is resolved. */
export type AimInput =
  | { readonly kind: 'event'; readonly filter: EventFilter }
  | { readonly kind: 'segment'; readonly segment: number | string };

const within = spanSchema
  .refine((ms) => ms <= GOAL_WITHIN_MS_MAX, 'a goal can be reached within 90 days at most')
  .default(GOAL_WITHIN_MS_MAX);

const goalSchema = choice<{ readonly aim: AimInput; readonly withinMs: number }>('a goal', {
  event: fields({ ...EVENT_FILTER, within }).transform((given) => ({
    aim: { kind: 'event' as const, filter: eventFilterOf(given) },
    withinMs: given.within,
  })),
  segment: fields({ segment: references, within }).transform((given) => ({
    aim: { kind: 'segment' as const, segment: given.segment },
    withinMs: given.within,
  })),
});

const frequencySchema = z.union(
  [
    z.enum(['once', 'every_time']).transform((kind): Frequency => ({ kind })),
    fields({ every: spanSchema.refine((ms) => ms >= INTERVAL_MS_MIN, 'at least 1h') }).transform(
      ({ every }): Frequency => ({ kind: 'interval', spanMs: every }),
    ),
  ],
  says('write once, every_time, or { every: 30d } with at least 1h'),
);

const campaignFields = fields({
  id: idSchema,
  name,
  description: z.string().default(''),
  tags: z.array(z.string()).default([]),
  state: z.enum(CAMPAIGN_STATES).default('running'),
  active: z.boolean().optional(),
  created_at: secondsSchema.optional(),
  first_started: secondsSchema.optional(),
  trigger: triggerSchema,
  filter: conditionSchema.optional(),
  frequency: frequencySchema.optional(),
  min_interval: spanSchema.optional(),
  current_people: z.enum(['enter', 'stay_out']).default('stay_out'),
  steps: z.array(stepSchema).max(STEPS_MAX).default([]),
  goal: goalSchema.optional(),
  exit: z.array(z.enum(EXITS)).default([...EXITS]),
});

export const CAMPAIGN_FIELDS = Object.keys(campaignFields.shape);
export const MESSAGE_FIELDS = Object.keys(messageSchema.shape);

export type CampaignInput = Omit<CampaignDefinition, 'trigger' | 'goal'> & {
  readonly trigger: TriggerInput;
  readonly goal: z.infer<typeof goalSchema> | undefined;
};

export const campaignSchema = campaignFields.transform(
  (given): CampaignInput => ({
    id: given.id,
    name: given.name,
    description: given.description,
    tags: given.tags,
    state: given.state,
    isActive: given.active,
    createdAt: given.created_at,
    firstStartedAt: given.first_started,
    trigger: given.trigger,
    filter: given.filter,
    frequency: given.frequency,
    minIntervalMs: given.min_interval ?? 0,
    takesCurrentPeople: given.current_people === 'enter',
    steps: given.steps.map((step, position) => stepOf(step, given.id * ACTIONS_PER_CAMPAIGN + position + 1)),
    goal: given.goal,
    exits: given.exit,
  }),
);

const ACTIONS_PER_CAMPAIGN = 1000;

function stepOf({ wait, message }: StepInput, actionId: number): CampaignDefinition['steps'][number] {
  if (message === undefined) return { kind: 'wait', actionId, spanMs: wait ?? 0 };
  return {
    kind: 'message',
    actionId: message.id ?? actionId,
    name: message.message,
    channel: message.channel,
    subject: message.subject,
    from: message.from,
    replyTo: message.reply_to,
    sending: message.sending,
    sendsToUnsubscribed: message.send_to_unsubscribed,
    onlyIf: message.only_if,
  };
}
