import { changeClock, changeRequestLog, changeSwitches, replaceFaults } from './admin-api/admin-calls.ts';
import { readFaultRules } from './faults/read-fault-rules.ts';
import { readSwitches } from './read-switches.ts';
import type { SandboxCore, SandboxSetup, SandboxSnapshot } from './sandbox-core.ts';
import type { SandboxCredentials, SandboxOptions } from './sandbox-options.ts';
import { DEFAULT_SWITCHES } from './switches.ts';

export const DEFAULT_CREDENTIALS: SandboxCredentials = {
  siteId: 'sandbox-site',
  apiKey: 'sandbox-key',
  appKey: 'sandbox-app',
};

export function setupOf(options: SandboxOptions): SandboxSetup {
  return {
    credentials: { ...DEFAULT_CREDENTIALS, ...options.credentials },
    region: options.region ?? 'us',
    environmentId: options.environmentId,
    switches: readSwitches(options.switches ?? {}, DEFAULT_SWITCHES),
    faults: readFaultRules(options.faults ?? []),
    requestLog: options.requestLog ?? 'on',
    clockSource: options.clock?.source ?? Date.now,
    clockStartAtMs: options.clock?.startAtMs,
    clockRate: options.clock?.rate ?? 1,
    campaigns: options.campaigns ?? [],
    segments: options.segments ?? [],
  };
}

/** Brings back a state, with what the options say on top. */
export function resume(core: SandboxCore, options: SandboxOptions, snapshot: SandboxSnapshot): void {
  core.restore(snapshot);
  const { switches, faults, clock, requestLog } = options;
  if (switches !== undefined) changeSwitches(core, switches);
  if (faults !== undefined) replaceFaults(core, faults);
  if (requestLog !== undefined) changeRequestLog(core, { log: requestLog });
  if (clock?.startAtMs !== undefined || clock?.rate !== undefined) {
    changeClock(core, { now: clock.startAtMs, rate: clock.rate });
  }
}
