import { changeClock, changeRequestLog, changeSwitches, replaceFaults } from './admin-api/admin-calls.ts';
import { readWorkspaceFile, type WorkspaceFile } from './definitions/read-workspace-file.ts';
import {
  readDefinitions,
  readWorkspace,
  type WorkspaceDefinitions,
} from './definitions/workspace-definitions.ts';
import { readFaultRules } from './faults/read-fault-rules.ts';
import { readSwitches } from './read-switches.ts';
import type { SandboxCore, SandboxSetup, SandboxSnapshot } from './sandbox-core.ts';
import { campaignInput, segmentInput } from './sandbox-definitions.ts';
import { SandboxError } from './sandbox-error.ts';
import type { SandboxCredentials, SandboxOptions } from './sandbox-options.ts';
import { DEFAULT_SWITCHES } from './switches.ts';

export const DEFAULT_CREDENTIALS: SandboxCredentials = {
  siteId: 'sandbox-site',
  apiKey: 'sandbox-key',
  appKey: 'sandbox-app',
  pipelinesKey: 'sandbox-pipelines',
};

/** Reads the workspace file, where there is one. Throws SandboxError with every mistake in it. */
export async function readOptions(options: SandboxOptions): Promise<SandboxSetup> {
  const { workspaceFile, workspace } = options;
  if (workspaceFile !== undefined && workspace !== undefined) {
    throw new SandboxError('a workspace is given twice: as workspace and as workspaceFile; leave one out');
  }
  return setupOf(options, workspaceFile === undefined ? undefined : await readWorkspaceFile(workspaceFile));
}

/** Throws SandboxError where the options make no sense. */
export function setupOf(options: SandboxOptions, file?: WorkspaceFile): SandboxSetup {
  const workspace = file ?? readWorkspace(options.workspace);
  return {
    credentials: { ...DEFAULT_CREDENTIALS, ...options.credentials },
    region: options.region ?? 'us',
    environmentId: options.environmentId,
    switches: readSwitches({ ...workspace.switches, ...options.switches }, DEFAULT_SWITCHES),
    faults: readFaultRules(options.faults ?? []),
    requestLog: options.requestLog ?? 'on',
    clockSource: options.clock?.source ?? Date.now,
    clockStartAtMs: options.clock?.startAtMs,
    clockRate: options.clock?.rate ?? 1,
    definitions: withShortForms(workspace, options),
  };
}

function withShortForms(workspace: WorkspaceDefinitions, options: SandboxOptions): WorkspaceDefinitions {
  const segments = (options.segments ?? []).map(segmentInput);
  const campaigns = (options.campaigns ?? []).map(campaignInput);
  const more = readDefinitions({ segments, campaigns }, workspace.segments);
  return {
    segments: [...workspace.segments, ...more.segments],
    campaigns: [...workspace.campaigns, ...more.campaigns],
    reportingWebhooks: workspace.reportingWebhooks,
  };
}

/** Brings back a state, with what the options say on top. */
export function resume(core: SandboxCore, options: SandboxOptions, snapshot: SandboxSnapshot): void {
  core.restore(snapshot);
  core.workspace.define(core.setup.definitions);
  const { switches, faults, clock, requestLog } = options;
  if (switches !== undefined) changeSwitches(core, switches);
  if (faults !== undefined) replaceFaults(core, faults);
  if (requestLog !== undefined) changeRequestLog(core, { log: requestLog });
  if (clock?.startAtMs !== undefined || clock?.rate !== undefined) {
    changeClock(core, { now: clock.startAtMs, rate: clock.rate });
  }
}
