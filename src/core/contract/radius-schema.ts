import { z } from 'zod';
import { PEOPLE_LIMITS, type PeopleLimit, type RadiusLimits } from '../guard/radius-limits.ts';
import { nameSchema, shareOf, shareSchema } from './schema-parts.ts';

const off = z.literal('off').describe('No limit.');

const peopleLimitSchema = z.union(
  [
    off,
    z
      .strictObject({
        share: shareSchema.optional().describe('Share of the people delivered before.'),
        people: z.int().min(1).optional().describe('Number of people.'),
      })
      .refine(({ share, people }) => share !== undefined || people !== undefined, {
        error: 'give `share`, `people` or both',
      }),
  ],
  { error: '`off`, or a mapping like { share: 30%, people: 100 } is expected here' },
);

const hourSchema = z.union(
  [
    off,
    z.strictObject({
      times: z.number().min(1).describe('Times the busiest hour of the last four weeks.'),
      events: z.int().min(1).describe('Number of events.'),
    }),
  ],
  { error: '`off`, or a mapping like { times: 10, events: 1000 } is expected here' },
);

/** Limits of what one run may change, of the project or of a model. From both bounds on nothing is sent. */
export const radiusParts = {
  people: peopleLimitSchema.optional().describe('People with any change. Without it: 50% and 100 people.'),
  attributes: peopleLimitSchema
    .optional()
    .describe('People with a change in one attribute. Without it: 30% and 100 people.'),
  cleared: peopleLimitSchema
    .optional()
    .describe('People who lose one attribute. Without it: 10% and 100 people.'),
  backwards: peopleLimitSchema
    .optional()
    .describe('People for whom one time or date moves back. Without it: 5% and 100 people.'),
  removed: peopleLimitSchema
    .optional()
    .describe('People delivered before who are no longer in the query. Without it: 30% and 100 people.'),
  events: hourSchema
    .optional()
    .describe('Events of one hour. Without it: 10 times the busiest hour of four weeks, and 1000 events.'),
  empty: z
    .enum(['stop', 'off'], { error: '`empty` is `stop` or `off`' })
    .optional()
    .describe('Whether a query that returns nothing, and returned much before, stops. Without it: stop.'),
};

/** The same for a model, with limits for single attributes. */
export const modelRadiusParts = {
  ...radiusParts,
  by_attribute: z
    .record(nameSchema, peopleLimitSchema, { error: 'a mapping of attributes and limits is expected here' })
    .optional()
    .describe('Limits of single attributes; `off` for one that is expected to change for everybody.'),
};

type PeopleLimitYaml = z.output<typeof peopleLimitSchema>;
type RadiusYaml = z.output<z.ZodObject<typeof modelRadiusParts>>;

export function toRadiusLimits(yaml: Partial<RadiusYaml> = {}): RadiusLimits {
  const declared = PEOPLE_LIMITS.flatMap((name) => {
    const limit = yaml[name];
    return limit === undefined ? [] : [[name, toPeopleLimit(limit)] as const];
  });
  return {
    ...Object.fromEntries(declared),
    ...(yaml.events === undefined ? {} : { events: yaml.events }),
    ...(yaml.empty === undefined ? {} : { empty: yaml.empty }),
    byAttribute: new Map(
      Object.entries(yaml.by_attribute ?? {}).map(([name, limit]) => [name, toPeopleLimit(limit)]),
    ),
  };
}

function toPeopleLimit(yaml: PeopleLimitYaml): PeopleLimit {
  if (yaml === 'off') return yaml;
  const { share, people } = yaml;
  return { share: share === undefined ? undefined : shareOf(share), people };
}
