import { randomInt } from 'node:crypto';
import type { WorkspaceDefinitions } from './definitions/workspace-definitions.ts';
import { FaultBook } from './faults/fault-book.ts';
import type { FaultRule } from './faults/fault-rule.ts';
import { RateLimiter } from './http/rate-limiter.ts';
import { RequestCounters } from './http/request-counters.ts';
import { RequestLog, type RequestLogMode } from './http/request-log.ts';
import { type ClockReading, type ClockStep, SandboxClock } from './sandbox-clock.ts';
import type { SandboxCredentials } from './sandbox-options.ts';
import type { Switches } from './switches.ts';
import { TakenSnapshots } from './taken-snapshots.ts';
import { ReportSender } from './webhooks/report-sender.ts';
import type { ReportTo } from './webhooks/reporting-webhook.ts';
import { Workspace } from './workspace.ts';

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
  readonly definitions: WorkspaceDefinitions;
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
  readonly reports: ReportSender;
  readonly appLimiter: RateLimiter;
  readonly trackLimiter: RateLimiter;
}

/** What no snapshot holds: reports on their way, and limiters, which count calls of the last second of real time. */
type MomentaryPart = 'reports' | 'appLimiter' | 'trackLimiter';

/** The sandbox as it was at one moment; later changes leave it alone. A part left out does not compile. */
export type SandboxSnapshot = Pick<Parts, 'environmentId'> & {
  readonly [Part in Exclude<keyof Parts, 'environmentId' | MomentaryPart>]: ReturnType<
    Parts[Part]['snapshot']
  >;
};

/** Everything behind the HTTP server: one workspace, its clock, its faults and its records. */
export class SandboxCore {
  readonly setup: SandboxSetup;
  /** By name. Kept through resets. */
  readonly snapshots = new TakenSnapshots();
  #parts: Parts;
  #url = '';
  #host = '';
  #changeCount = 0;

  constructor(setup: SandboxSetup) {
    this.setup = setup;
    this.#parts = makeParts(setup, setup.environmentId);
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

  get reports(): ReportSender {
    return this.#parts.reports;
  }

  get appLimiter(): RateLimiter {
    return this.#parts.appLimiter;
  }

  get trackLimiter(): RateLimiter {
    return this.#parts.trackLimiter;
  }

  /** Grows with everything that may have changed what a snapshot holds. */
  get changeCount(): number {
    return this.#changeCount;
  }

  noteChange(): void {
    this.#changeCount += 1;
  }

  /** Where the sandbox listens; empty until it does. */
  get url(): string {
    return this.#url;
  }

  /** The host that the sandbox was told to listen on. */
  get host(): string {
    return this.#host;
  }

  listensAt(url: string, host: string): void {
    this.#url = url;
    this.#host = host;
  }

  /** Sets the clock; all that falls due in between happens, in order of time. */
  setClock(step: ClockStep): ClockReading {
    const { clock, workspace } = this.#parts;
    workspace.state();
    const before = clock.nowMs();
    const reading = clock.change(step);
    if (reading.nowMs < before) workspace.clockWentBack();
    workspace.state();
    return reading;
  }

  /** Nothing runs in the background but for those who asked for reports: brings about what is due by now. */
  reportDue(): void {
    if (this.#parts.workspace.isReported) this.#parts.workspace.state();
  }

  /** As just started. Without a fixed environment id the empty workspace counts as a new one. */
  reset(environmentId?: number): void {
    this.noteChange();
    this.#parts.reports.close();
    this.#parts = makeParts(this.setup, environmentId ?? this.setup.environmentId);
  }

  snapshot(): SandboxSnapshot {
    const { environmentId, clock, workspace, faults, counters, requests } = this.#parts;
    return {
      environmentId,
      clock: clock.snapshot(),
      workspace: workspace.snapshot(),
      faults: faults.snapshot(),
      counters: counters.snapshot(),
      requests: requests.snapshot(),
    };
  }

  /** As it was when the snapshot was taken, any number of times. */
  restore(snapshot: SandboxSnapshot): void {
    this.noteChange();
    this.#parts.reports.close();
    this.#parts = makeParts(this.setup, snapshot.environmentId, snapshot);
  }
}

function makeParts(setup: SandboxSetup, givenId: number | undefined, from?: SandboxSnapshot): Parts {
  const environmentId = givenId ?? randomInt(ENVIRONMENT_ID_MIN, ENVIRONMENT_ID_MAX);
  const clock = new SandboxClock(setup.clockSource, setup.clockStartAtMs, setup.clockRate, from?.clock);
  const faults = new FaultBook(from?.faults);
  if (from === undefined) faults.replace(setup.faults);
  const reports = new ReportSender();
  const report: ReportTo = (webhook, text) => reports.send(webhook, text);
  const { switches, definitions } = setup;
  return {
    environmentId,
    clock,
    workspace: new Workspace({ environmentId, switches, clock, definitions, report }, from?.workspace),
    faults,
    counters: new RequestCounters(from?.counters),
    requests: new RequestLog(setup.requestLog, from?.requests),
    reports,
    appLimiter: new RateLimiter(() => performance.now()),
    trackLimiter: new RateLimiter(() => performance.now()),
  };
}
