import type { BackfillRequest } from '../../core/backfill/backfill-plan.ts';
import { refusalWords } from '../../core/backfill/refusal-words.ts';
import { ContractError } from '../../core/errors/millrace-error.ts';
import type { JudgedBackfill } from './judge-backfill.ts';

/** @throws ContractError `backfill_refused` when the gate lets nothing through. */
export function refuseBackfill(judged: JudgedBackfill, request: BackfillRequest): void {
  if (judged.refusals.length === 0) return;
  const { message, hint } = refusalWords(judged, request, judged.ages);
  throw new ContractError('backfill_refused', message, { hint });
}
