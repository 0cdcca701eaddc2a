import { ContractError } from '../core/errors/millrace-error.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { loadContract } from './load-contract.ts';
import { stateFolder } from './state-folder.ts';

export interface HistoryOptions {
  readonly projectPath: string;
  /** Undefined: the one used last. */
  readonly workspace: string | undefined;
}

/** A state to look into, and the workspace it belongs to. */
export interface OpenHistory {
  readonly workspace: string;
  readonly state: StateStore;
}

/** Opens a workspace's state for reading, asks it something and closes it; needs no connection. */
export async function withHistory<T>(
  toolbox: Toolbox,
  options: HistoryOptions,
  ask: (history: OpenHistory) => Promise<T>,
): Promise<T> {
  const { workspace, state } = await openHistory(toolbox, options);
  try {
    return await ask({ workspace, state });
  } finally {
    await state.close();
  }
}

async function openHistory(toolbox: Toolbox, options: HistoryOptions): Promise<OpenHistory> {
  const folder = toolbox.openProject(options.projectPath);
  const states = toolbox.openStates(stateFolder(folder, await loadContract(folder)));
  const known = await states.workspaces();
  const workspace = options.workspace ?? known[0];
  const state = workspace === undefined ? undefined : await states.openForReading(workspace);
  if (workspace !== undefined && state !== undefined) return { workspace, state };
  const message =
    workspace === undefined ? 'nothing has been synced yet' : `there is no state of workspace ${workspace}`;
  const hint = known.length === 0 ? 'Run `millrace sync` first.' : `Known workspaces: ${known.join(', ')}.`;
  throw new ContractError('usage', message, { hint });
}
