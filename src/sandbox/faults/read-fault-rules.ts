import { z } from 'zod';
import { SandboxError } from '../sandbox-error.ts';
import { type FaultRule, faultRulesSchema } from './fault-rule.ts';

/** Rules as a person writes them: a list, or one rule. Throws a SandboxError that says what is wrong where. */
export function readFaultRules(rules: unknown): readonly FaultRule[] {
  const result = faultRulesSchema.safeParse(Array.isArray(rules) ? rules : [rules]);
  if (result.success) return result.data;
  throw new SandboxError(`these are no fault rules: ${z.prettifyError(result.error)}`);
}
