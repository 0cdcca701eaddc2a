import { z } from 'zod';
import { fields } from '../definitions/field-schemas.ts';

const ordinal = z.int().min(1);

/** Which requests, and which items in them, a rule is about. Everything given has to hold. */
const matchSchema = fields({
  method: z.string().optional(),
  /** The path begins with this. */
  path: z.string().optional(),
  /** Positions in the batch; a single call is item 0. */
  items: z.array(z.int().min(0)).optional(),
  /** Items that name one of these: an id, an e-mail address or a cio_id, as sent. */
  people: z.array(z.string()).optional(),
  /** Items that are events of this name. */
  event: z.string().optional(),
  /** Each item is hit with this probability. */
  itemProbability: z.number().min(0).max(1).optional(),
  /** The first requests that match are let through. */
  skipFirst: z.int().min(0).optional(),
  /** Then only this many are hit. */
  firstN: ordinal.optional(),
  /** Of the matching requests, every nth is hit. */
  everyNth: ordinal.optional(),
  /** Each matching request is hit with this probability. */
  probability: z.number().min(0).max(1).optional(),
  /** Seed of both probabilities. */
  seed: z.int().optional(),
});

const problemFields = {
  reason: z.enum(['required', 'invalid']).default('invalid'),
  field: z.string().default(''),
  message: z.string().default('refused by a fault rule of the sandbox'),
};

const actionSchema = z.discriminatedUnion('kind', [
  /** Cuts the connection; nothing is applied. */
  fields({ kind: z.literal('drop-before') }),
  /** Applies, then cuts the connection before the answer: a lost response (case 92). */
  fields({ kind: z.literal('drop-after-commit') }),
  fields({ kind: z.literal('delay'), delayMs: z.int().min(0) }),
  /** Never answers; `applied` says whether the request takes effect. */
  fields({ kind: z.literal('hang'), applied: z.boolean().default(false) }),
  /** Answers with this instead (cases 93, 94). */
  fields({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.string().default(''),
    applied: z.boolean().default(false),
  }),
  /** Refuses the chosen items with 207, or with 200 and an errors array. */
  fields({
    kind: z.literal('reject-items'),
    status: z.literal([200, 207]).default(207),
    ...problemFields,
  }),
  /** Says 200 and forgets the chosen items. */
  fields({ kind: z.literal('silent-drop') }),
  /** Applies the chosen items twice, as an at-least-once queue may. */
  fields({ kind: z.literal('duplicate-apply') }),
  /** Applies the chosen items in another order, different at each strike and the same for the same seed. */
  fields({ kind: z.literal('shuffle'), seed: z.int().default(1) }),
]);

export const faultRuleSchema = fields({
  name: z.string().optional(),
  match: matchSchema.default({}),
  action: actionSchema,
});

export const faultRulesSchema = z.array(faultRuleSchema);

export type FaultRule = Readonly<z.infer<typeof faultRuleSchema>>;
/** A rule as written by a person: defaults may be left out. */
export type FaultRuleInput = z.input<typeof faultRuleSchema>;
export type FaultMatch = FaultRule['match'];
export type FaultAction = FaultRule['action'];
