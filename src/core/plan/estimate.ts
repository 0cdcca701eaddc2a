import { REQUEST_BYTES_MAX, SEGMENT_IDS_MAX } from '../customerio/limits.ts';
import type { ModelPlan } from './plan-summary.ts';

export interface Estimate {
  readonly requests: number;
  readonly seconds: number;
}

/** Batches are rarely filled to the last byte. */
const FILL = 0.98;

/** What one request of half a megabyte takes, roughly: measured answers of the Track API are not published. */
const SECONDS_PER_REQUEST = 0.5;

export interface SendingPace {
  readonly requestsPerSecond: number;
  readonly requestsInFlight: number;
}

/** How many requests the plan takes and about how long they take. */
export function estimate(models: readonly ModelPlan[], pace: SendingPace): Estimate {
  const requests = models.reduce((sum, model) => sum + requestsFor(model), 0);
  const paced = requests / pace.requestsPerSecond;
  const answered = (requests * SECONDS_PER_REQUEST) / pace.requestsInFlight;
  return { requests, seconds: Math.ceil(Math.max(paced, answered)) };
}

function requestsFor({ kind, operations, bytes }: ModelPlan): number {
  if (kind === 'segment') return Math.ceil(operations / SEGMENT_IDS_MAX);
  return Math.ceil(bytes / (REQUEST_BYTES_MAX * FILL));
}
