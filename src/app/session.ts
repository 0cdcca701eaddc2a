import { resolveCustomerio, resolveMysql } from '../core/contract/connection-settings.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import type { Lock } from '../core/contract/lock.ts';
import { selectModels } from '../core/contract/select-models.ts';
import { type Workspace, workspaceName } from '../core/customerio/workspace.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import type { AppApi } from '../ports/app-api.ts';
import type { Destination } from '../ports/destination.ts';
import type { Observer } from '../ports/observer.ts';
import type { ProjectFolder } from '../ports/project-folder.ts';
import type { Source } from '../ports/source.ts';
import type { SpoolStore } from '../ports/spool.ts';
import type { StateStores } from '../ports/state-store.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { Closers } from './closers.ts';
import { loadContract } from './load-contract.ts';
import { loadLock } from './load-lock.ts';
import { stateFolder } from './state-folder.ts';

export interface SessionOptions {
  readonly projectPath: string;
  /** Parts of `--select`; empty for all models. */
  readonly select: readonly string[];
}

/** Everything a run works with, open and checked. */
export interface Session {
  readonly toolbox: Toolbox;
  readonly folder: ProjectFolder;
  readonly contract: Contract;
  /** The selected models; drafts only in a sandbox. */
  readonly models: readonly Model[];
  readonly source: Source;
  readonly destination: Destination;
  /** Undefined without an App API key; see require-app-api.ts. */
  readonly app: AppApi | undefined;
  readonly workspace: Workspace;
  readonly workspaceName: string;
  readonly lock: Lock | undefined;
  readonly states: StateStores;
  readonly spools: SpoolStore;
}

/** Opens contract, MySQL and Customer.io, does the work, and closes them again. */
export async function withSession<T>(
  toolbox: Toolbox,
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const closers = new Closers();
  try {
    return await work(await openSession(toolbox, options, closers));
  } finally {
    toolbox.observer.observe({ kind: 'end' });
    await closers.close();
  }
}

async function openSession(toolbox: Toolbox, options: SessionOptions, closers: Closers): Promise<Session> {
  const folder = toolbox.openProject(options.projectPath);
  const contract = await loadContract(folder);
  const lock = await loadLock(folder, contract);
  const variables = await folder.variables();
  const mysql = resolveMysql(contract.project.mysql, variables);
  const customerio = resolveCustomerio(contract.project.customerio, variables);
  const destination = toolbox.openDestination(customerio);
  closers.add(() => destination.close());
  const app = customerio.app && toolbox.openAppApi(customerio.app);
  if (app !== undefined) closers.add(() => app.close());
  const workspace = await destination.workspace();
  const models = sendable(selectModels(contract, options.select), workspace, toolbox.observer);
  const source = toolbox.openSource(mysql);
  closers.add(() => source.close());
  const stateRoot = stateFolder(folder, contract);
  return {
    toolbox,
    folder,
    contract,
    models,
    source,
    destination,
    app,
    workspace,
    workspaceName: workspaceName(workspace),
    lock,
    states: toolbox.openStates(stateRoot),
    spools: toolbox.openSpools(`${stateRoot}/plans`),
  };
}

/** Drafts never go to a workspace whose journeys reach people. @throws ContractError `draft_only` */
function sendable(models: readonly Model[], workspace: Workspace, observer: Observer): readonly Model[] {
  const drafts = workspace.isSandbox ? [] : models.filter(({ isDraft }) => isDraft);
  if (drafts.length === 0) return models;
  const names = drafts.map(({ name }) => name).join(', ');
  if (drafts.length === models.length) {
    throw new ContractError('draft_only', `${names}: a draft is not sent to ${workspaceName(workspace)}`);
  }
  observer.observe({ kind: 'warning', text: `Left out, for it is a draft: ${names}.` });
  return models.filter(({ isDraft }) => !isDraft);
}
