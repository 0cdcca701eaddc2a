import { createHash } from 'node:crypto';
import { z } from 'zod';
import { KEYED_KINDS } from '../contract/contract.ts';
import { ContractError } from '../errors/millrace-error.ts';
import type { PlanSummary } from './plan-summary.ts';

const FORMAT = 'millrace-plan/1';

const count = z.int().min(0);

const withheldSchema = z.strictObject({
  kind: z.enum(['fault', 'held']),
  code: z.string(),
  column: z.string().optional(),
  count,
});

const readSchema = z.strictObject({
  how: z.enum(['full', 'keys', 'since']),
  reason: z.string().optional(),
  since: z.int().optional(),
  overlapSeconds: count.optional(),
  keys: count.optional(),
  missed: count.optional(),
  missedLate: count.optional(),
});

const modelParts = {
  model: z.string(),
  rows: count,
  unchanged: count,
  refreshed: count,
  operations: count,
  bytes: count,
  faults: count,
  held: count,
  withheld: z.array(withheldSchema),
  read: readSchema.optional(),
  known: count.optional(),
};

const peopleSchema = z.strictObject({
  kind: z.literal('people'),
  ...modelParts,
  newPeople: count,
  changedPeople: count,
  gone: count,
  attributeChanges: z.record(z.string(), count),
  emailChanges: count,
  notes: count,
  removals: count.optional(),
  radius: z
    .strictObject({
      delivered: count,
      people: count,
      gone: count,
      attributes: z.record(z.string(), z.strictObject({ changed: count, cleared: count, backwards: count })),
    })
    .optional(),
});

const eventParts = {
  ...modelParts,
  event: z.string(),
  startsAt: z.int(),
  startReason: z.enum(['first_run', 'published', 'recovery', 'history', 'backfill', 'release']),
  publishedStart: z.int(),
  beforeStart: count,
  dropped: count,
  busiestHour: z.strictObject({ hour: z.int(), events: count, usual: count }).optional(),
  usualRows: count.optional(),
};

const eventSchema = z.strictObject({
  kind: z.literal('event'),
  ...eventParts,
  throttled: count,
  changedAfterDelivery: count,
  anonymous: count,
  notes: count,
});

const consentSchema = z.strictObject({
  kind: z.literal('consent'),
  ...modelParts,
  direction: z.enum(['opt_out', 'opt_in']),
  people: z.string(),
  carried: count,
  changes: z.record(z.string(), count),
  notAllowed: count,
  staysOut: count,
  isUnusual: z.boolean(),
});

const abandonmentSchema = z.strictObject({
  kind: z.literal('abandonment'),
  ...eventParts,
  carts: z.record(z.string(), count),
});

const identitiesSchema = z.strictObject({ kind: z.literal('identities'), ...modelParts });

const keyedSchema = z.strictObject({
  kind: z.enum(KEYED_KINDS),
  ...modelParts,
  target: z.string(),
  added: count,
  changed: count,
  removals: count,
  gone: count,
  unplacedRows: count,
  delivered: count,
  attributeChanges: z.record(z.string(), count),
  notes: count,
});

const identitySchema = z.strictObject({
  keys: count,
  changes: count,
  addressChanges: count,
  conflicts: z.array(
    z.strictObject({ code: z.string(), detail: z.string(), conflicts: count, people: count }),
  ),
});

const backfillSchema = z.strictObject({
  kind: z.enum(['backfill', 'release']),
  mode: z.enum(['historical', 'attributes_only']),
  model: z.string(),
  event: z.string(),
  from: z.int(),
  to: z.int(),
  rate: z.number().optional(),
  safe: z.array(
    z.strictObject({
      campaign: z.union([z.int(), z.string()]),
      reason: z.string(),
      saidIn: z.enum(['journeys.yml', 'command line']),
    }),
  ),
  allowsJourneys: z.boolean(),
  reason: z.string().optional(),
  marker: z.string().optional(),
  ages: z.strictObject({
    events: count,
    oldestAt: z.int().optional(),
    newestAt: z.int().optional(),
    young: count,
    firstYoungAt: z.int().optional(),
    beyondShown: count,
  }),
  people: count,
});

const summarySchema = z.strictObject({
  planId: z.string().regex(/^[A-Za-z0-9-]+$/),
  createdAt: z.int(),
  contractHash: z.string(),
  workspace: z.string(),
  stateId: z.string().optional(),
  stateVersion: count,
  historyFrom: z.int().optional(),
  backfill: backfillSchema.optional(),
  identity: identitySchema,
  allowances: z
    .array(
      z.strictObject({
        limit: z.string(),
        number: count.optional(),
        share: z.number().min(0).optional(),
        reason: z.string(),
      }),
    )
    .optional(),
  models: z.array(
    z.discriminatedUnion('kind', [
      peopleSchema,
      consentSchema,
      eventSchema,
      abandonmentSchema,
      identitiesSchema,
      keyedSchema,
    ]),
  ),
});

const planFileSchema = z.strictObject({
  format: z.literal(FORMAT),
  digest: z.string(),
  summary: summarySchema,
  spools: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

/** A plan that can be carried to where it is reviewed and applied. */
export interface SavedPlan {
  readonly summary: PlanSummary;
  /** Model → SHA-256 (hex) of its operations, which lie in the project's state folder. */
  readonly spools: Readonly<Record<string, string>>;
}

/** A plan as a file: counts and digests, no values and no keys. */
export function writePlanFile({ summary, spools }: SavedPlan): string {
  const plain = JSON.parse(JSON.stringify({ summary, spools })) as SavedPlan;
  return `${JSON.stringify({ format: FORMAT, digest: digestOf(plain), ...plain }, null, 2)}\n`;
}

/** @throws ContractError `plan_damaged` when the text is not a plan as it was written. */
export function readPlanFile(file: string, text: string): SavedPlan {
  const parsed = planFileSchema.safeParse(parseJson(text));
  if (!parsed.success)
    throw new ContractError('plan_damaged', `${file} is not a plan of this version of Millrace`);
  const { summary, spools } = parseJson(text) as SavedPlan;
  if (digestOf({ summary, spools }) !== parsed.data.digest) {
    throw new ContractError('plan_damaged', `${file} was changed by hand`);
  }
  return { summary, spools };
}

function digestOf({ summary, spools }: SavedPlan): string {
  return createHash('sha256')
    .update(JSON.stringify([summary, spools]))
    .digest('hex');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
