import { z } from 'zod';
import { durationSchema, nameSchema } from './schema-parts.ts';

const campaignSchema = z.union([z.int().min(1), nameSchema], {
  error: 'a campaign is named by its number or its name',
});

const journeySchema = z.strictObject({
  campaign: z
    .union([campaignSchema, z.record(nameSchema, campaignSchema)], {
      error: '`campaign` is a number, a name, or a mapping of workspaces and their campaigns',
    })
    .describe('The campaign in Customer.io: its number or name; by workspace (us-12: 3) where they differ.'),
  uses: z
    .strictObject({
      events: z.array(nameSchema).default([]).describe('Events that start it or that it waits for.'),
      attributes: z.array(nameSchema).default([]).describe('Attributes in its segments, filters, messages.'),
    })
    .prefault({})
    .describe('What it depends on; named beside every definition that changes.'),
  backfill: z
    .strictObject({
      safe: z
        .string({ error: 'a reason is expected here, in words' })
        .regex(/\S/, { error: 'a reason may not be empty' })
        .describe(
          'Why no backfill can start it, though a segment does. Kept in the history of each backfill.',
        ),
    })
    .optional()
    .describe('Without it a running campaign that a segment starts stops every backfill.'),
  needs_within: durationSchema
    .optional()
    .describe(
      'How late what it needs may arrive. Shown beside changed definitions; nothing is stopped by it.',
    ),
});

/** `journeys.yml`: which campaigns depend on what is sent. */
export const journeysSchema = z.strictObject({
  journeys: z
    .record(nameSchema, journeySchema, { error: 'a mapping of journeys is expected here' })
    .default({})
    .describe('By a name of your own.'),
});

export type JourneysYaml = z.output<typeof journeysSchema>;
export type JourneyYaml = JourneysYaml['journeys'][string];
