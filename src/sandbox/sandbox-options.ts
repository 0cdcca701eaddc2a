import type { WorkspaceInput } from './definitions/workspace-input.ts';
import type { FaultRuleInput } from './faults/fault-rule.ts';
import type { RequestLogMode } from './http/request-log.ts';
import type { SandboxCampaign, SandboxSegment } from './sandbox-definitions.ts';
import type { SwitchChanges } from './switches.ts';

/** How to start a sandbox. Everything may be left out. */
export interface SandboxOptions {
  /** 0, the default: any free port. */
  readonly port?: number | undefined;
  /** 127.0.0.1 by default. The admin calls answer to this machine alone, whatever the host. */
  readonly host?: string | undefined;
  readonly credentials?: Partial<SandboxCredentials> | undefined;
  readonly region?: 'us' | 'eu' | undefined;
  /** By default random at each start: an empty workspace is a new one. */
  readonly environmentId?: number | undefined;
  readonly switches?: SwitchChanges | undefined;
  readonly clock?: SandboxClockOptions | undefined;
  /** `on` by default; `bodies` keeps what was sent as well. */
  readonly requestLog?: RequestLogMode | undefined;
  readonly faults?: readonly FaultRuleInput[] | undefined;
  /** Segments, campaigns, webhooks and switches, in the words of a workspace file. */
  readonly workspace?: WorkspaceInput | undefined;
  /** The same in a YAML file, instead of `workspace`. */
  readonly workspaceFile?: string | undefined;
  /** Campaigns in few words, besides those of `workspace`. */
  readonly campaigns?: readonly SandboxCampaign[] | undefined;
  /** Segments in few words, besides those of `workspace`. */
  readonly segments?: readonly SandboxSegment[] | undefined;
  /**
   * Keeps the state in this file, so that it is there again at the next start; switches, faults, clock
   * and request log given here win over those in it. By default the state is in memory alone.
   */
  readonly stateFile?: string | undefined;
  /** Hears of what goes wrong in the background: a state file that cannot be written. By default a warning of the process. */
  readonly onTrouble?: ((trouble: Error) => void) | undefined;
}

export interface SandboxClockOptions {
  /** Unix milliseconds; by default what the source says. */
  readonly startAtMs?: number | undefined;
  /** Sandbox milliseconds in a real one; 0 stands still. */
  readonly rate?: number | undefined;
  /** Where time comes from; Date.now by default. */
  readonly source?: (() => number) | undefined;
}

export interface SandboxCredentials {
  readonly siteId: string;
  readonly apiKey: string;
  readonly appKey: string;
  readonly pipelinesKey: string;
}
