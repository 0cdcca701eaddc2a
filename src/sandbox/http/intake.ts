import type { Problem } from '../checks/problem.ts';
import type { Operation } from '../operation.ts';
import type { Answer } from './answer.ts';

/** A valid item of a request, with its place in the batch. */
export interface IntakeItem {
  readonly index: number;
  readonly operation: Operation;
}

/** An item that is refused, and why. */
export interface Refusal {
  readonly index: number;
  readonly problem: Problem;
}

/**
 * What a request asks for, read and checked, before anything happens: so that fault rules can choose
 * among its items and cut in between reading, applying and answering.
 */
export interface Intake {
  readonly items: readonly IntakeItem[];
  readonly refusals: readonly Refusal[];
  /** The answer, given what was refused in the end and the status for a partly refused batch. */
  readonly answer: (refusals: readonly Refusal[], partialStatus: 200 | 207) => Answer;
}

/** A request that only asks, or that is refused whole. */
export function answerOnly(answer: () => Answer): Intake {
  return { items: [], refusals: [], answer };
}
