import { readFile } from 'node:fs/promises';
import { parse, YAMLParseError } from 'yaml';
import type { SandboxStart, StartedSandbox } from '../cli/demo-kit.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { readSwitchText } from '../sandbox/read-switches.ts';
import {
  type FaultRuleInput,
  type RunningSandbox,
  type SandboxOptions,
  startSandbox,
} from '../sandbox/start-sandbox.ts';

/** The sandbox as the commands start it. What it cannot do as asked is a usage error. */
export async function openSandbox(start: SandboxStart): Promise<StartedSandbox> {
  const sandbox = await startSandbox(await optionsOf(start)).catch((error: unknown) => {
    throw usageError(error instanceof Error ? error.message : String(error), error);
  });
  return startedSandbox(sandbox);
}

function startedSandbox(sandbox: RunningSandbox): StartedSandbox {
  const { siteId, apiKey, appKey } = sandbox.credentials;
  return {
    url: sandbox.url,
    siteId,
    apiKey,
    appKey,
    counts: () => ({
      people: sandbox.admin.info().people,
      events: sandbox.admin.info().events,
      requests: sandbox.admin.requests().filter(({ path }) => path === '/api/v2/batch').length,
    }),
    close: () => sandbox.close(),
  };
}

async function optionsOf(start: SandboxStart): Promise<SandboxOptions> {
  return {
    port: start.port,
    host: start.host,
    region: start.region,
    switches: switchesOf(start),
    clock: { startAtMs: start.clockStartAtMs, rate: start.clockRate },
    workspaceFile: start.workspaceFile,
    faults: start.faultsFile === undefined ? undefined : await readFaultsFile(start.faultsFile),
    requestLog: start.requestLog,
    stateFile: start.stateFile,
    onTrouble: start.onTrouble,
  };
}

/** Undefined where none is given: then a state file's own hold. */
function switchesOf({
  allowEmailUpdate,
  identifiers,
  switches = [],
}: SandboxStart): SandboxOptions['switches'] {
  const changes = [
    ...(allowEmailUpdate === undefined ? [] : [{ allowEmailUpdateWithId: allowEmailUpdate }]),
    ...(identifiers === undefined ? [] : [{ identifiers }]),
    ...switches.map(parsedSwitch),
  ];
  return changes.length === 0 ? undefined : Object.assign({}, ...changes);
}

function parsedSwitch(text: string) {
  try {
    return readSwitchText(text);
  } catch (error) {
    throw usageError(error instanceof Error ? error.message : String(error), error);
  }
}

/** YAML, and so JSON too. The sandbox checks the rules. */
async function readFaultsFile(path: string): Promise<readonly FaultRuleInput[]> {
  try {
    return parse(await readFile(path, 'utf8')) ?? [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const what = error instanceof YAMLParseError ? 'is no YAML' : 'cannot be read';
    throw usageError(`the faults file ${path} ${what}: ${message}`, error);
  }
}

function usageError(message: string, cause: unknown): ContractError {
  return new ContractError('usage', message, { cause });
}
