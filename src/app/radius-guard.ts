import { type Contract, type Model, makesEvents } from '../core/contract/contract.ts';
import { didYouMean } from '../core/contract/did-you-mean.ts';
import { type BlastExamples, BlastRadiusError } from '../core/errors/blast-radius-error.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { type Allowance, allow, unneeded } from '../core/guard/allowance.ts';
import { judgeRadius } from '../core/guard/judge-radius.ts';
import type { Verdict } from '../core/guard/verdict.ts';
import type { PlanSummary } from '../core/plan/plan-summary.ts';
import type { ModelScan } from './model-scan.ts';

/** Which limits a plan crosses, by those that hold now and by what was allowed. */
export function judgeRadii(
  contract: Contract,
  { models, allowances = [], backfill }: PlanSummary,
): readonly Verdict[] {
  // What a backfill sends was asked for, and has a gate of its own.
  if (backfill !== undefined) return [];
  const verdicts = models.flatMap((plan) => {
    const model = contract.models.find(({ name }) => name === plan.model);
    return model === undefined ? [] : judgeRadius(plan, model.radiusLimits);
  });
  return [...allow(verdicts, allowances), ...unneeded(verdicts, allowances).map(unneededVerdict)];
}

function unneededVerdict({ limit }: Allowance): Verdict {
  const message = `nothing to allow: the limit ${limit} is not reached`;
  return { model: limit.split('.')[0] ?? limit, level: 'warning', message };
}

/** @throws ContractError `usage` when a model has no such limit. */
export function requireLimits({ models }: Contract, allowances: readonly Allowance[]): void {
  const known = models.flatMap(limitsOf);
  for (const { limit } of allowances) {
    if (known.includes(limit)) continue;
    const hint = didYouMean(limit, known);
    throw new ContractError('usage', `\`--allow ${limit}\`: there is no such limit`, { hint });
  }
}

function limitsOf(model: Model): readonly string[] {
  const { name } = model;
  if (makesEvents(model)) return [`${name}.events`, `${name}.empty`];
  if (model.kind !== 'people') return [];
  const perAttribute = ['attributes', 'cleared', 'backwards'].flatMap((limit) => [
    `${name}.${limit}`,
    ...model.attributes.map((attribute) => `${name}.${limit}.${attribute.name}`),
  ]);
  return [`${name}.people`, `${name}.removed`, `${name}.empty`, ...perAttribute];
}

/** @throws BlastRadiusError when a limit is reached that nobody allowed. */
export function refuseBlast(verdicts: readonly Verdict[], examples: BlastExamples): void {
  const stops = verdicts.filter(({ level, limit }) => level === 'stop' && limit !== undefined);
  if (stops.length > 0) throw new BlastRadiusError(stops, examples);
}

/** What would become of some people, for each limit that is reached. */
export function examplesFor(verdicts: readonly Verdict[], scans: readonly ModelScan[]): BlastExamples {
  const reached = verdicts.flatMap(({ model, limit = '' }) => {
    const examples = scans.find(({ plan }) => plan.model === model)?.examples;
    const found = examples?.get(limit.slice(model.length + 1)) ?? [];
    return found.length === 0 ? [] : [[limit, found] as const];
  });
  return new Map(reached);
}
