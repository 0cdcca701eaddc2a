import { z } from 'zod';
import { columnSchema, durationSchema, nameSchema, timeZoneSchema } from './schema-parts.ts';

const changedAtSchema = columnSchema.describe(
  'Column with the time of the last change; it should be indexed.',
);

const tableSchema = z.union(
  [
    nameSchema.describe('Column that holds the key.'),
    z.strictObject({
      by: nameSchema.describe('Column that holds the key, or what `keys` looks the key up by.'),
      keys: z
        .string()
        .min(1)
        .optional()
        .describe('A SELECT from values of `by`, given as :keys, to the key.'),
      changed_at: changedAtSchema.optional(),
    }),
  ],
  { error: 'a table has a column with the key, or a mapping with `by`, `keys` and `changed_at`' },
);

const rulesSchema = z.strictObject({
  tables: z
    .record(nameSchema, tableSchema, { error: 'a mapping of tables is expected here' })
    .optional()
    .describe('Table → where the key of what it changes stands.'),
  changed_at: changedAtSchema.optional(),
  changed: z
    .string()
    .min(1)
    .optional()
    .describe('Instead of tables: a SELECT of the keys changed since :since, and when (two columns).'),
  cursor: columnSchema
    .optional()
    .describe('For events, instead of tables: the column of the query that its :since bounds.'),
  time_zone: timeZoneSchema.optional(),
  overlap: durationSchema
    .optional()
    .describe('Every read goes back at least so far behind the one before. Without it: 10m.'),
  overlap_max: durationSchema.optional().describe('However late rows are seen to come. Without it: 6h.'),
  reconcile: durationSchema
    .optional()
    .describe('After this time everything is compared, and what capture missed is counted. Without it: 24h.'),
});

/** How changed rows are found. */
export const captureSchema = z
  .union([z.literal('full'), rulesSchema], {
    error: '`capture` is `full`, or a mapping with `tables`, `changed` or `cursor`',
  })
  .default('full')
  .describe(
    'How changed rows are found: `full` compares the whole query in every run. docs/guides/capture.md',
  );

export type CaptureYaml = z.output<typeof captureSchema>;
export type CaptureRulesYaml = z.output<typeof rulesSchema>;
