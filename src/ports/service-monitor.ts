import type { ServiceStatus } from '../core/schedule/service-health.ts';
import type { ModelResult, RunOutcome } from '../core/state/run.ts';

/** A run of the service that has ended. Times in unix ms. */
export interface ServiceRun {
  readonly models: readonly string[];
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outcome: RunOutcome;
  /** Code of the error that ended it. */
  readonly errorCode: string | undefined;
  /** Empty when it ended before anything was known. */
  readonly results: readonly ModelResult[];
}

export interface ServiceMonitorOptions {
  /** `host:port` */
  readonly address: string;
  status(): ServiceStatus;
  now(): number;
}

/** Tells other programs how the service is. */
export interface ServiceMonitor {
  /** Where it answers, with the port that was chosen. */
  readonly url: string;
  recordRun(run: ServiceRun): void;
  close(): Promise<void>;
}
