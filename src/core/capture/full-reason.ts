import type { CursorCapture } from '../contract/capture-rule.ts';
import type { CapturePosition, SourceMoment } from './capture-position.ts';

/** Why a model is read whole. */
export const FULL_REASONS = {
  declared: 'every run reads it whole',
  first: 'nothing was read before',
  asked: 'it was asked for',
  history: 'history was asked for',
  definition: 'its definition changed',
  capture: 'its `capture` changed',
  clock: "the server's clock was set",
  due: 'the reconcile is due',
  many: 'so much changed that a whole read is less work',
  withheld: 'more rows are withheld than are kept by key',
} as const;

export type FullReason = keyof typeof FULL_REASONS;

/** A difference that grew by more than this: somebody set a clock, and times before and after do not compare. */
const CLOCK_STEP_SECONDS = 60;

export interface ReadChoice {
  readonly rule: CursorCapture;
  readonly definitionHash: string;
  readonly position: CapturePosition | undefined;
  readonly moment: SourceMoment;
  readonly clockDifference: number;
  readonly isAsked: boolean;
  readonly isHistory: boolean;
}

/** Why the model can not or shall not be read by its changes; undefined when it can. */
export function fullReason(choice: ReadChoice): FullReason | undefined {
  const { rule, position, moment } = choice;
  if (choice.isHistory) return 'history';
  if (position === undefined) return 'first';
  if (position.definitionHash !== choice.definitionHash) return 'definition';
  if (position.captureHash !== rule.hash) return 'capture';
  if (Math.abs(choice.clockDifference - position.clockDifference) > CLOCK_STEP_SECONDS) return 'clock';
  if (choice.isAsked) return 'asked';
  return moment.at - position.fullReadAt >= rule.reconcileSeconds ? 'due' : undefined;
}

/** Reasons with which the changes since the last read are known all the same, so that what was missed can be counted. */
export function isReconcile(reason: FullReason): boolean {
  return reason === 'asked' || reason === 'due' || reason === 'withheld';
}
