import { randomInt } from 'node:crypto';
import { FaultBook } from './faults/fault-book.ts';
import type { FaultRule } from './faults/fault-rule.ts';
import { RateLimiter } from './http/rate-limiter.ts';
import { RequestCounters } from './http/request-counters.ts';
import { RequestLog, type RequestLogMode } from './http/request-log.ts';
import { SandboxClock } from './sandbox-clock.ts';
import type { SandboxCampaign, SandboxSegment } from './sandbox-definitions.ts';
import type { Switches } from './switches.ts';
import { Workspace } from './workspace.ts';

export interface SandboxCredentials {
  readonly siteId: string;
  readonly apiKey: string;
  readonly appKey: string;
}

/** How the sandbox was started; a reset comes back to this. */
export interface SandboxSetup {
  readonly credentials: SandboxCredentials;
  readonly region: 'us' | 'eu';
  /** undefined: a new random one at each start and reset. */
  readonly environmentId: number | undefined;
  readonly switches: Switches;
  readonly faults: readonly FaultRule[];
  readonly requestLog: RequestLogMode;
  readonly clockSource: () => number;
  readonly clockStartAtMs: number | undefined;
  readonly clockRate: number;
  readonly campaigns: readonly SandboxCampaign[];
  readonly segments: readonly SandboxSegment[];
}

const ENVIRONMENT_ID_MIN = 100_000;
const ENVIRONMENT_ID_MAX = 1_000_000_000;

/** The parts that a start creates and a reset creates anew. */
interface Parts {
  readonly environmentId: number;
  readonly clock: SandboxClock;
  readonly workspace: Workspace;
  readonly faults: FaultBook;
  readonly counters: RequestCounters;
  readonly requests: RequestLog;
  readonly appLimiter: RateLimiter;
  readonly trackLimiter: RateLimiter;
}

/** Everything behind the HTTP server: one workspace, its clock, its faults and its records. */
export class SandboxCore {
  readonly setup: SandboxSetup;
  #parts: Parts;
  #url = '';

  constructor(setup: SandboxSetup) {
    this.setup = setup;
    this.#parts = freshParts(setup, setup.environmentId);
  }

  get environmentId(): number {
    return this.#parts.environmentId;
  }

  get clock(): SandboxClock {
    return this.#parts.clock;
  }

  get workspace(): Workspace {
    return this.#parts.workspace;
  }

  get faults(): FaultBook {
    return this.#parts.faults;
  }

  get counters(): RequestCounters {
    return this.#parts.counters;
  }

  get requests(): RequestLog {
    return this.#parts.requests;
  }

  get appLimiter(): RateLimiter {
    return this.#parts.appLimiter;
  }

  get trackLimiter(): RateLimiter {
    return this.#parts.trackLimiter;
  }

  /** Where the sandbox listens; empty until it does. */
  get url(): string {
    return this.#url;
  }

  listensAt(url: string): void {
    this.#url = url;
  }

  /** As just started. Without a fixed environment id the empty workspace counts as a new one. */
  reset(environmentId?: number): void {
    this.#parts = freshParts(this.setup, environmentId ?? this.setup.environmentId);
  }
}

function freshParts(setup: SandboxSetup, givenEnvironmentId: number | undefined): Parts {
  const environmentId = givenEnvironmentId ?? randomInt(ENVIRONMENT_ID_MIN, ENVIRONMENT_ID_MAX);
  const clock = new SandboxClock(setup.clockSource, setup.clockStartAtMs, setup.clockRate);
  const faults = new FaultBook();
  faults.replace(setup.faults);
  return {
    environmentId,
    clock,
    workspace: new Workspace(environmentId, setup.switches, clock),
    faults,
    counters: new RequestCounters(),
    requests: new RequestLog(setup.requestLog),
    appLimiter: new RateLimiter(() => performance.now()),
    trackLimiter: new RateLimiter(() => performance.now()),
  };
}
