import { z } from 'zod';
import { type Activity, recordedAtOf } from '../../core/customerio/activity.ts';
import {
  type AccountWorkspace,
  type Campaign,
  JOURNEY_METRICS,
  type JourneyMetrics,
  type Segment,
  type SegmentUse,
} from '../../core/customerio/journey.ts';
import type { Profile, ProfileIdentifiers } from '../../core/customerio/profile.ts';

/**
 * Shapes of the App API's answers, as its description gives them. Fields that Millrace does not need are
 * ignored, and those that do not apply may be null or absent.
 */
const optionalText = z.string().nullish();
const count = z.number();
const counts = z.array(count).nullish();
const isObject = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** Not a zod record: those leave out keys like `__proto__`, which an attribute may well be called. */
const jsonObject = z.custom<Readonly<Record<string, unknown>>>(isObject);

const identifiers = z.object({ id: optionalText, email: optionalText, cio_id: optionalText }).transform(
  ({ id, email, cio_id }): ProfileIdentifiers => ({
    id: textOrNothing(id),
    email: textOrNothing(email),
    cioId: (cio_id ?? '').replace(/^cio_/, ''),
  }),
);

const customer = z
  .object({
    identifiers,
    attributes: jsonObject.nullish(),
    timestamps: jsonObject.nullish(),
    unsubscribed: z.boolean().nullish(),
  })
  .transform(
    (answer): Profile => ({
      identifiers: answer.identifiers,
      attributes: new Map(
        Object.entries(answer.attributes ?? {}).flatMap(([name, value]) =>
          value === null ? [] : [[name, valueText(value)]],
        ),
      ),
      setAt: new Map(
        Object.entries(answer.timestamps ?? {}).flatMap(([name, at]) =>
          typeof at === 'number' ? [[name, at]] : [],
        ),
      ),
      isUnsubscribed: answer.unsubscribed === true,
    }),
  );

export const profilesAnswer = z
  .object({ customers: z.array(z.object({ customer })).nullable() })
  .transform(({ customers }) => (customers ?? []).map((entry) => entry.customer));

export const emailAnswer = z
  .object({ results: z.array(identifiers).nullable() })
  .transform(({ results }) => results ?? []);

const activity = z
  .object({
    id: z.string(),
    type: z.string(),
    timestamp: count,
    name: optionalText,
    customer_identifiers: identifiers.nullish(),
    data: jsonObject.nullish(),
  })
  .transform(
    (line): Activity => ({
      id: line.id,
      type: line.type,
      timestamp: line.timestamp,
      recordedAt: recordedAtOf(line.id),
      name: textOrNothing(line.name),
      person: line.customer_identifiers ?? { id: undefined, email: undefined, cioId: '' },
      detail: line.data ?? {},
    }),
  );

export const activitiesAnswer = z.object({
  activities: z
    .array(activity)
    .nullable()
    .transform((list) => list ?? []),
  next: optionalText,
});

const campaign = z
  .object({
    id: count,
    name: optionalText,
    active: z.boolean(),
    state: z.string(),
    event_name: optionalText,
    trigger_segment_ids: counts,
    filter_segment_ids: counts,
    object_type_id: z.union([z.string(), count]).nullish(),
    first_started: count.nullish(),
    tags: z.array(z.string()).nullish(),
  })
  .transform(
    (entry): Campaign => ({
      id: entry.id,
      name: textOrNothing(entry.name?.trim()) ?? `campaign ${entry.id}`,
      isActive: entry.active,
      state: entry.state,
      eventName: textOrNothing(entry.event_name),
      triggerSegmentIds: entry.trigger_segment_ids ?? [],
      filterSegmentIds: entry.filter_segment_ids ?? [],
      objectTypeId: textOrNothing(entry.object_type_id?.toString()),
      firstStartedAt: entry.first_started || undefined,
      tags: entry.tags ?? [],
    }),
  );

export const campaignsAnswer = z.object({
  campaigns: z
    .array(campaign)
    .nullable()
    .transform((list) => list ?? []),
  next: optionalText,
});

const segment = z
  .object({
    id: count,
    name: z.string(),
    description: optionalText,
    type: z.enum(['dynamic', 'manual']),
    state: z.string(),
    tags: z.array(z.string()).nullish(),
  })
  .transform(
    (entry): Segment => ({
      id: entry.id,
      name: entry.name,
      description: entry.description ?? '',
      kind: entry.type,
      isBuilt: entry.state === 'finished',
      tags: entry.tags ?? [],
    }),
  );

export const segmentsAnswer = z
  .object({ segments: z.array(segment).nullable() })
  .transform(({ segments }) => segments ?? []);

export const segmentCountAnswer = z.object({ count }).transform((answer) => answer.count);

export const membersAnswer = z.object({
  identifiers: z
    .array(identifiers)
    .nullable()
    .transform((list) => list ?? []),
  next: optionalText,
});

export const segmentUseAnswer = z
  .object({
    used_by: z.object({ campaigns: counts, sent_newsletters: counts, draft_newsletters: counts }),
  })
  .transform(
    ({ used_by }): SegmentUse => ({
      campaignIds: used_by.campaigns ?? [],
      sentNewsletterIds: used_by.sent_newsletters ?? [],
      draftNewsletterIds: used_by.draft_newsletters ?? [],
    }),
  );

export const journeyMetricsAnswer = z
  .object({ journey_metric: z.record(z.string(), counts) })
  .transform(
    ({ journey_metric }): JourneyMetrics =>
      Object.fromEntries(
        JOURNEY_METRICS.map((name) => [name, journey_metric[name] ?? []]),
      ) as unknown as JourneyMetrics,
  );

export const workspacesAnswer = z
  .object({
    workspaces: z
      .array(z.object({ id: count, name: z.string(), people: count.nullish() }))
      .nullable()
      .transform((list) =>
        (list ?? []).map(({ id, name, people }): AccountWorkspace => ({ id, name, people: people ?? 0 })),
      ),
  })
  .transform(({ workspaces }) => workspaces);

function textOrNothing(text: string | null | undefined): string | undefined {
  return text === null || text === undefined || text === '' ? undefined : text;
}

/** The documents promise texts; whatever else comes is written as one. */
function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
