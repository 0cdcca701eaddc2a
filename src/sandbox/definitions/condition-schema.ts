import { z } from 'zod';
import type { Condition, EventFilter, PropertyTest, ValueTest } from '../segments/condition.ts';
import { choice, fields, momentSchema, scalarSchema, spanSchema } from './field-schemas.ts';

const PARTS_MAX = 50;
/** Lists and objects; deeper nesting is refused, so that no judgement overflows. */
const DEPTH_MAX = 40;

const TESTS = {
  eq: scalarSchema.transform((value) => test({ kind: 'eq', value })),
  ne: scalarSchema.transform((value) => test({ kind: 'ne', value })),
  contains: scalarSchema.transform((value) => test({ kind: 'contains', value })),
  not_contains: scalarSchema.transform((value) => test({ kind: 'not_contains', value })),
  gt: z.number().transform((value) => test({ kind: 'gt', value })),
  gte: z.number().transform((value) => test({ kind: 'gte', value })),
  lt: z.number().transform((value) => test({ kind: 'lt', value })),
  lte: z.number().transform((value) => test({ kind: 'lte', value })),
  exists: z.boolean().transform((isWanted) => test({ kind: 'exists' }, !isWanted)),
  is_timestamp: z.boolean().transform((isWanted) => test({ kind: 'is_timestamp' }, !isWanted)),
  within_past: spanSchema.transform((spanMs) => test({ kind: 'within_past', spanMs })),
  before_past: spanSchema.transform((spanMs) => test({ kind: 'before_past', spanMs })),
  within_next: spanSchema.transform((spanMs) => test({ kind: 'within_next', spanMs })),
  after_next: spanSchema.transform((spanMs) => test({ kind: 'after_next', spanMs })),
  before: momentSchema.transform((atMs) => test({ kind: 'before', atMs })),
  after: momentSchema.transform((atMs) => test({ kind: 'after', atMs })),
} satisfies Readonly<Record<string, z.ZodType<NegatableTest>>>;

export const TEST_NAMES = Object.keys(TESTS) as readonly (keyof typeof TESTS)[];

interface NegatableTest {
  readonly test: ValueTest;
  readonly isNegated: boolean;
}

function test(of: ValueTest, isNegated = false): NegatableTest {
  return { test: of, isNegated };
}

type Tests = { readonly [Name in keyof typeof TESTS]?: z.infer<(typeof TESTS)[Name]> | undefined };

/** Exactly one test beside the other fields. */
function withTest<Shape extends z.ZodRawShape>(subject: Shape) {
  const optional = Object.fromEntries(
    TEST_NAMES.map((name) => [name, TESTS[name].optional()] as const),
  ) as unknown as Record<keyof typeof TESTS, z.ZodOptional<z.ZodType<NegatableTest>>>;
  return fields({ ...subject, ...optional }).superRefine((value, context) => {
    if (testsIn(value as Tests).length === 1) return;
    context.addIssue(`exactly one test is needed: ${TEST_NAMES.join(', ')}`);
  });
}

function testsIn(value: Tests): readonly NegatableTest[] {
  return TEST_NAMES.map((name) => value[name]).filter((found) => found !== undefined);
}

const attributeCondition = withTest({ attribute: z.string().min(1) }).transform((value): Condition => {
  const found = testsIn(value as Tests)[0] ?? test({ kind: 'exists' });
  return negated({ kind: 'attribute', name: value.attribute as string, test: found.test }, found.isNegated);
});

const propertyTest = withTest({ property: z.string().min(1) }).transform((value): PropertyTest => {
  const found = testsIn(value as Tests)[0] ?? test({ kind: 'exists' });
  return { property: value.property as string, ...found };
});

/** The fields that say which events are meant. */
export const EVENT_FILTER = {
  event: z.string().min(1),
  type: z.enum(['event', 'page', 'screen']).default('event'),
  where: z.array(propertyTest).max(PARTS_MAX).default([]),
};

type EventFilterInput = Readonly<z.infer<z.ZodObject<typeof EVENT_FILTER>>>;

export function eventFilterOf({ event, type, where }: EventFilterInput): EventFilter {
  return { type, name: event, where };
}

const eventCondition = fields({
  ...EVENT_FILTER,
  times: z.int().min(1).default(1),
  within_past: spanSchema.optional(),
  performed: z.boolean().default(true),
}).transform((value): Condition => {
  const { times, within_past: withinMs, performed } = value;
  return negated({ kind: 'event', filter: eventFilterOf(value), times, withinMs }, !performed);
});

const segmentCondition = fields({ segment: z.union([z.int(), z.string().min(1)]) }).transform(
  ({ segment }): Condition => ({ kind: 'segment', segment }),
);

const lazyCondition: z.ZodType<Condition> = z.lazy(() => anyCondition);
const parts = z.array(lazyCondition).min(1).max(PARTS_MAX);

const anyCondition = choice<Condition>('a condition', {
  attribute: attributeCondition,
  event: eventCondition,
  segment: segmentCondition,
  and: fields({ and: parts }).transform(({ and }): Condition => ({ kind: 'and', parts: and })),
  or: fields({ or: parts }).transform(({ or }): Condition => ({ kind: 'or', parts: or })),
  not: fields({ not: lazyCondition }).transform(({ not }): Condition => ({ kind: 'not', part: not })),
});

/** A condition on a person, as written in a workspace file or an admin call. */
export const conditionSchema: z.ZodType<Condition> = z
  .unknown()
  .superRefine((value, context) => {
    if (depthOf(value, DEPTH_MAX) > DEPTH_MAX) {
      context.addIssue({
        code: 'custom',
        message: `conditions nest at most ${DEPTH_MAX} deep`,
        input: value,
        continue: false,
      });
    }
  })
  .pipe(anyCondition);

function negated(condition: Condition, isNegated: boolean): Condition {
  return isNegated ? { kind: 'not', part: condition } : condition;
}

/** How deep lists and objects nest; looks no deeper than it has to. */
function depthOf(value: unknown, left: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (left < 0) return 1;
  return 1 + Math.max(0, ...Object.values(value).map((part) => depthOf(part, left - 1)));
}
