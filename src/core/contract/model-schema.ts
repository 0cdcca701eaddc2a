import { z } from 'zod';
import { acceptSchema } from './acceptance.ts';
import { captureSchema } from './capture-schema.ts';
import { faultLimitSchema } from './fault-limit.ts';
import {
  devicesParts,
  erasureParts,
  objectsParts,
  relationshipsParts,
  segmentParts,
} from './keyed-schema.ts';
import { modelRadiusParts } from './radius-schema.ts';
import { removedSchema } from './removed.ts';
import { modelScheduleSchema } from './schedule-schema.ts';
import {
  columnSchema,
  dateSchema,
  durationSchema,
  guestsSchema,
  keyKindSchema,
  nameSchema,
  tagsSchema,
  timeZoneSchema,
} from './schema-parts.ts';

const whenNullSchema = z
  .enum(['keep', 'clear', 'reject'], { error: '`when_null` is `keep`, `clear` or `reject`' })
  .describe(
    'What NULL means: keep (do not send), clear (remove in Customer.io) or reject (the row is a fault).',
  );

const timeParts = {
  time_zone: timeZoneSchema.optional(),
  format: z
    .enum(['datetime', 'unix_seconds', 'unix_milliseconds', 'unix_microseconds'])
    .optional()
    .describe('How the column writes the time; without it: datetime. Numbers are never guessed.'),
  ambiguous_time: z
    .enum(['reject', 'earlier', 'later'])
    .optional()
    .describe('Which one is meant when a local time exists twice (clocks going back); without it: reject.'),
  not_before: dateSchema.optional().describe('Earlier times are faults. Without it: 2000-01-01.'),
};

const fieldTypes = ['string', 'integer', 'decimal', 'boolean', 'timestamp', 'date', 'string_list'] as const;

const versionSchema = z
  .int({ error: '`version` is a whole number, 1 or more' })
  .min(1, { error: '`version` is a whole number, 1 or more' })
  .describe('Counted up to say that the meaning changes on purpose. docs/guides/definitions.md');

const fieldParts = {
  column: columnSchema.optional().describe('Column of the query; without it, the one with the same name.'),
  means: z.string().min(1).optional().describe('What it means, in one sentence.'),
  unit: z.string().min(1).optional(),
  version: versionSchema.optional(),
  accept: acceptSchema.optional(),
  when_null: whenNullSchema.optional(),
  one_of: z.array(z.string()).min(1).optional().describe('The only values allowed (type string).'),
  separator: z.string().min(1).optional().describe('Between the items of a string_list that is not JSON.'),
  ...timeParts,
  future: z
    .enum(['allow', 'reject'])
    .optional()
    .describe('Whether a time may lie in the future (the next delivery may); without it: allow.'),
};

/** A column that holds a time, with how it writes it. */
const timeColumnSchema = z.strictObject({ column: columnSchema, ...timeParts });

const consentParts = {
  role: z
    .string()
    .regex(/^consent\((email|sms|topic [1-9]\d{0,8})\)$/, {
      error: '`role` is consent(email), consent(sms) or consent(topic N)',
    })
    .optional()
    .describe(
      'Whose consent the column holds. Opt-outs are sent first and never held back; opt-ins only when allowed.',
    ),
  allow_opt_in: z
    .boolean()
    .optional()
    .describe('Also write opt-ins whose `consent_at` is newer than what Customer.io holds.'),
  consent_at: z
    .union([columnSchema, timeColumnSchema], {
      error: '`consent_at` is a column, or a mapping with `column` and how it writes the time',
    })
    .optional()
    .describe('When the answer was given.'),
};

export const attributeSchema = z.strictObject({
  type: z.enum(fieldTypes, { error: `\`type\` is one of ${fieldTypes.join(', ')}` }),
  ...fieldParts,
  ...consentParts,
});

export const propertySchema = z.strictObject({
  type: z.enum([...fieldTypes, 'json'], { error: `\`type\` is one of ${fieldTypes.join(', ')}, json` }),
  ...fieldParts,
  max_items: z
    .int()
    .min(1)
    .optional()
    .describe('Only so many items of a list are sent, the first ones (string_list, json).'),
});

const modelParts = {
  means: z.string().min(1).optional().describe('What one row stands for, in one sentence.'),
  tags: tagsSchema.default([]),
  draft: z
    .boolean({ error: '`draft` is true or false' })
    .default(false)
    .describe('Not finished: sent to sandboxes only, and free to change.'),
  version: versionSchema.default(1),
  accept: acceptSchema.optional(),
  guardrails: z.strictObject({ faults: faultLimitSchema.optional(), ...modelRadiusParts }).optional(),
  schedule: modelScheduleSchema.optional(),
  time_zone: timeZoneSchema.optional(),
  ignore_columns: z.array(columnSchema).default([]).describe('Columns of the query that are not used.'),
  capture: captureSchema,
};

const unresolvedSchema = z
  .enum(['hold', 'refuse'], { error: '`unresolved` is `hold` or `refuse`' })
  .describe('Rows whose person nobody knows: held until somebody does, or refused as faults.');

/** `models/**.yml` of kind people: one row per person. */
export const peopleSchema = z.strictObject({
  kind: z.literal('people'),
  ...modelParts,
  person: z
    .strictObject({
      id: columnSchema.optional(),
      email: columnSchema.optional(),
      phone: columnSchema.optional(),
      anonymous_id: columnSchema.optional(),
    })
    .describe('Which columns hold the identifiers. Without the canonical one, the others must lead to it.'),
  unresolved: unresolvedSchema.optional(),
  guests: guestsSchema.optional(),
  removed: removedSchema.optional(),
  attributes: z.record(nameSchema, attributeSchema, { error: 'a mapping of attributes is expected here' }),
});

const settleSchema = z
  .boolean({ error: '`settle_before_event` is true or false' })
  .describe(
    'Send an event only when what was sent of its person in the same run is seen at Customer.io. Needs an App API key.',
  );

const occurredAtSchema = z.union([columnSchema, timeColumnSchema], {
  error: '`occurred_at` is a column, or a mapping with `column` and how it writes the time',
});

/** `models/**.yml` of kind event: one row per event. */
export const eventSchema = z.strictObject({
  kind: z.literal('event'),
  ...modelParts,
  event: nameSchema.describe('Name of the event in Customer.io.'),
  event_id: z
    .union([columnSchema, z.array(columnSchema).min(1)], {
      error: '`event_id` is a column or a list of columns',
    })
    .describe('The natural key: it alone makes the id of the event.'),
  occurred_at: occurredAtSchema.describe('When it happened.'),
  person: z
    .record(keyKindSchema, columnSchema)
    .describe('Whose event it is: by the canonical identifier, or by the first other key that leads to it.'),
  unresolved: z
    .enum(['hold', 'refuse', 'anonymous'], { error: '`unresolved` is `hold`, `refuse` or `anonymous`' })
    .optional()
    .describe('Events whose person nobody knows: held, refused as faults, or sent under their anonymous_id.'),
  guests: guestsSchema.optional(),
  hold_for: durationSchema
    .optional()
    .describe('How long after it happened a held event may still go out. Without it: live_within.'),
  late: z
    .enum(['hold', 'send', 'drop'])
    .optional()
    .describe('What becomes of events older than live_within.'),
  live_within: durationSchema.optional(),
  settle_before_event: settleSchema.optional(),
  backfill: z
    .enum(['historical', 'attributes_only', 'forbidden'], {
      error: '`backfill` is `historical`, `attributes_only` or `forbidden`',
    })
    .default('historical')
    .describe(
      'What `millrace backfill` may do: send old events, only bring the attributes of their people up to date, nothing.',
    ),
  throttle: durationSchema
    .optional()
    .describe(
      'At most one event for each event_id in each stretch of this length (counted from 1970 in UTC): the first one.',
    ),
  properties: z
    .record(nameSchema, propertySchema, { error: 'a mapping of properties is expected here' })
    .default({}),
});

/** A column with a time. */
const timeAt = (key: string) =>
  z.union([columnSchema, z.strictObject({ column: columnSchema, ...timeParts })], {
    error: `\`${key}\` is a column, or a mapping with \`column\` and how it writes the time`,
  });

const supersededBySchema = z.union(
  [
    columnSchema,
    z.strictObject({ column: columnSchema, ...timeParts }),
    z.strictObject({
      orders: z
        .string()
        .min(1)
        .describe(
          'A SELECT of its own, one row for each order or person; :since is the oldest that matters.',
        ),
      person: z
        .union([columnSchema, z.record(keyKindSchema, columnSchema)], {
          error: '`person` is a column, or a mapping like `email: COLUMN`',
        })
        .describe('Its column with the canonical identifier, or columns of other keys by their kind.'),
      ordered_at: timeAt('ordered_at').describe('Its column with the time of the order.'),
    }),
  ],
  {
    error:
      '`superseded_by` is a column, or a mapping with `column`, or one with `orders`, `person`, `ordered_at`',
  },
);

/** `models/**.yml` of kind abandonment: one row per cart, one event for each time it is left alone. */
export const abandonmentSchema = z.strictObject({
  kind: z.literal('abandonment'),
  ...modelParts,
  event: nameSchema.describe('Name of the event in Customer.io.'),
  cart: z
    .union([columnSchema, z.array(columnSchema).min(1)], { error: '`cart` is a column or a list of columns' })
    .describe('The key of the cart; with its last activity it makes the id of the event.'),
  last_activity_at: timeAt('last_activity_at').optional().describe('When the cart was last changed.'),
  observe: z
    .union([columnSchema, z.array(columnSchema).min(1)], {
      error: '`observe` is a column or a list of columns',
    })
    .optional()
    .describe('Instead of last_activity_at, for sources without one: columns whose change is the activity.'),
  converted_at: timeAt('converted_at')
    .optional()
    .describe('When the cart was bought; NULL as long as it was not.'),
  superseded_by: supersededBySchema
    .optional()
    .describe('When the same person last ordered anything, in whatever way.'),
  item_count: columnSchema.optional().describe('A column with the number of items: 0 is an empty cart.'),
  emptied: columnSchema.optional().describe('Instead of item_count: a column that is 1 for an empty cart.'),
  after: durationSchema.describe('A cart is abandoned when it was quiet for this long.'),
  not_after: durationSchema.describe('A cart whose last activity is older never fires.'),
  person: z
    .record(keyKindSchema, columnSchema)
    .describe('Whose cart it is: by the canonical identifier, or by the first other key that leads to it.'),
  unresolved: unresolvedSchema.optional(),
  guests: guestsSchema.optional(),
  late: z
    .enum(['hold', 'send', 'drop'])
    .optional()
    .describe('What becomes of events older than live_within (and younger than not_after).'),
  live_within: durationSchema.optional(),
  settle_before_event: settleSchema.optional(),
  properties: z
    .record(nameSchema, propertySchema, { error: 'a mapping of properties is expected here' })
    .default({}),
});

const keyColumnsSchema = z.union([columnSchema, z.array(columnSchema).min(1)], {
  error: 'a column or a list of columns is expected here',
});

/** `models/**.yml` of kind identities: which keys belong to one person. */
export const identitiesSchema = z.strictObject({
  kind: z.literal('identities'),
  ...modelParts,
  person: z
    .record(keyKindSchema, keyColumnsSchema)
    .describe('Columns by kind of key. The canonical identifier is needed; the others belong to it.'),
});

/** Attributes of anything but people. */
const plainAttributesSchema = z.record(
  nameSchema,
  z.strictObject({
    type: z.enum(fieldTypes, { error: `\`type\` is one of ${fieldTypes.join(', ')}` }),
    ...fieldParts,
  }),
  { error: 'a mapping of attributes is expected here' },
);

/** `models/**.yml` of kind objects: one row per object. */
export const objectsSchema = z.strictObject({
  kind: z.literal('objects'),
  ...modelParts,
  ...objectsParts,
  attributes: plainAttributesSchema,
});

/** `models/**.yml` of kind relationships: one row for each person and object that belong together. */
export const relationshipsSchema = z.strictObject({
  kind: z.literal('relationships'),
  ...modelParts,
  ...relationshipsParts,
  unresolved: unresolvedSchema.optional(),
  attributes: plainAttributesSchema.default({}),
});

/** `models/**.yml` of kind devices: one row for each device of a person. */
export const devicesSchema = z.strictObject({
  kind: z.literal('devices'),
  ...modelParts,
  ...devicesParts,
  last_used: timeAt('last_used').optional().describe('When the device was last used.'),
  unresolved: unresolvedSchema.optional(),
  attributes: plainAttributesSchema.default({}),
});

/** `models/**.yml` of kind segment: one row for each member of a manual segment. */
export const segmentSchema = z.strictObject({
  kind: z.literal('segment'),
  ...modelParts,
  ...segmentParts,
  unresolved: unresolvedSchema.optional(),
});

/** `models/**.yml` of kind erasure: one row for each person to be deleted or suppressed. */
export const erasureSchema = z.strictObject({
  kind: z.literal('erasure'),
  ...modelParts,
  ...erasureParts,
  unresolved: unresolvedSchema.optional(),
});

export type FieldYaml = z.output<typeof propertySchema>;
export type AttributeYaml = z.output<typeof attributeSchema>;
export type PeopleYaml = z.output<typeof peopleSchema>;
export type EventYaml = z.output<typeof eventSchema>;
export type AbandonmentYaml = z.output<typeof abandonmentSchema>;
export type IdentitiesYaml = z.output<typeof identitiesSchema>;
export type ObjectsYaml = z.output<typeof objectsSchema>;
export type RelationshipsYaml = z.output<typeof relationshipsSchema>;
export type DevicesYaml = z.output<typeof devicesSchema>;
export type ErasureYaml = z.output<typeof erasureSchema>;
export type SegmentYaml = z.output<typeof segmentSchema>;
/** Of the kinds of a `KeyedModel`. */
export type KeyedYaml = ObjectsYaml | RelationshipsYaml | DevicesYaml | SegmentYaml | ErasureYaml;
export type ModelYaml = PeopleYaml | EventYaml | AbandonmentYaml | IdentitiesYaml | KeyedYaml;

/** Kinds that a model may have. */
export const MODEL_SCHEMAS = {
  people: peopleSchema,
  event: eventSchema,
  abandonment: abandonmentSchema,
  identities: identitiesSchema,
  objects: objectsSchema,
  relationships: relationshipsSchema,
  devices: devicesSchema,
  segment: segmentSchema,
  erasure: erasureSchema,
} as const;
