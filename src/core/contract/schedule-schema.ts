import { z } from 'zod';
import { isCronPattern, type Schedule } from '../schedule/schedule.ts';
import { durationSeconds } from './duration.ts';
import { durationSchema, nameSchema, timeZoneSchema } from './schema-parts.ts';

const everySchema = z.strictObject({ every: durationSchema.describe('So long after it was last begun.') });

const cronSchema = z.strictObject({
  cron: z
    .string({ error: 'a cron pattern such as `0 3 * * *` is expected here' })
    .refine(isCronPattern, {
      error: 'this is no cron pattern; write five fields: minute, hour, day, month, weekday',
    })
    .describe('Five fields: minute, hour, day, month, weekday; six when they begin with seconds.'),
  time_zone: timeZoneSchema.optional(),
});

const afterSchema = z.strictObject({
  after: nameSchema.describe('Name of the model after which this one is run.'),
});

const SHAPES = '`schedule` is `{ every: 15m }`, `{ cron: "0 3 * * *" }` or `{ after: MODEL }`';

/** When `millrace run` runs a model. */
export const modelScheduleSchema = z
  .union([everySchema, cronSchema, afterSchema], { error: SHAPES })
  .describe('When `millrace run` runs it.');

/** The same for all models that name none. */
export const projectScheduleSchema = z
  .union([everySchema, cronSchema], { error: '`schedule` is `{ every: 15m }` or `{ cron: "0 3 * * *" }`' })
  .describe('When `millrace run` runs models that name no schedule; without it: every 15m, carts every 1m.');

export function toSchedule(yaml: z.output<typeof modelScheduleSchema>, timeZone: string): Schedule {
  if ('every' in yaml) return { kind: 'every', seconds: durationSeconds(yaml.every) };
  if ('after' in yaml) return { kind: 'after', model: yaml.after };
  return { kind: 'cron', pattern: yaml.cron, timeZone: yaml.time_zone ?? timeZone };
}
