import type { RunOutcome } from '../state/run.ts';

/** What the service knows of one of its models. Times in unix ms. */
export interface ModelHealth {
  readonly model: string;
  readonly dueAt: number | undefined;
  /** When it last was run to its end, and how long after that it is overdue. */
  readonly doneAt: number | undefined;
  readonly graceMs: number;
  /** Why the last attempt came to nothing; undefined after one that did not. */
  readonly errorCode: string | undefined;
}

/** What the service is doing. Times in unix ms. */
export interface ServiceStatus {
  readonly startedAt: number;
  /** The run that is under way. */
  readonly running: { readonly models: readonly string[]; readonly since: number } | undefined;
  readonly lastOutcome: RunOutcome | undefined;
  readonly models: readonly ModelHealth[];
}

export interface ServiceHealth {
  /** Whether the data is as fresh as the schedules promise. */
  readonly isReady: boolean;
  /** What speaks against it, in words without personal data. */
  readonly troubles: readonly string[];
}

/** Judges from what happened, not from what was meant to: a model is well when it was done lately. */
export function judgeHealth(status: ServiceStatus, now: number): ServiceHealth {
  const troubles = status.models.flatMap((model) => troubleOf(model, status.startedAt, now));
  return { isReady: troubles.length === 0, troubles };
}

function troubleOf(
  { model, doneAt, graceMs, errorCode }: ModelHealth,
  startedAt: number,
  now: number,
): readonly string[] {
  if (errorCode !== undefined) return [`${model}: the last run ended with ${errorCode}`];
  if (now - (doneAt ?? startedAt) <= graceMs) return doneAt === undefined ? [`${model}: not run yet`] : [];
  return [`${model}: not run for ${Math.round((now - (doneAt ?? startedAt)) / 1000)} s`];
}
