import { resolveMysql } from '../core/contract/connection-settings.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import { workspaceLock } from '../core/contract/lock.ts';
import { selectModels } from '../core/contract/select-models.ts';
import { isSandboxName } from '../core/customerio/workspace.ts';
import { definitionChanges } from '../core/definition/definition-change.ts';
import { type DataRemarks, type LintReport, lintContract } from '../core/lint/lint-contract.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { ProjectFolder } from '../ports/project-folder.ts';
import type { SourceQuery } from '../ports/source.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { checkScopedReads, type ScopedReadsChecked } from './capture/check-scoped-reads.ts';
import { describeModels } from './check-models.ts';
import { refuseChanges } from './definitions/settle-definitions.ts';
import { loadContract } from './load-contract.ts';
import { loadLock } from './load-lock.ts';
import { queriesOf, queryOf } from './model-queries.ts';
import { sampleRows } from './sample-rows.ts';
import type { SessionOptions } from './session.ts';

export interface ValidateOptions extends SessionOptions {
  /** Also ask MySQL what the queries return. */
  readonly isConnected: boolean;
  /** Also look at some rows of each model. */
  readonly isSampled: boolean;
  /** Of how many keys of each model the scoped rows are compared with those of the whole query; 0: of none. */
  readonly scopeKeys: number;
}

export interface Validation {
  readonly contract: Contract;
  readonly models: readonly Model[];
  readonly lint: LintReport;
  /** What reads by changes would do; undefined when MySQL was not asked. */
  readonly scoped: ScopedReadsChecked | undefined;
}

/** Checks the contract, and with a connection the queries. @throws InvalidContractError with every problem. */
export async function validate(toolbox: Toolbox, options: ValidateOptions): Promise<Validation> {
  const folder = toolbox.openProject(options.projectPath);
  const contract = await loadContract(folder);
  const models = selectModels(contract, options.select);
  const lock = await loadLock(folder, contract);
  // A sandbox that is long gone must not stand in the way.
  const workspaces = [...(lock?.workspaces.keys() ?? [])].filter((name) => !isSandboxName(name));
  for (const workspace of workspaces) {
    const changes = definitionChanges(contract, models, workspaceLock(lock, workspace));
    refuseChanges(contract, lock, workspace, changes);
  }
  const isAsked = options.isConnected || options.isSampled || options.scopeKeys > 0;
  const asked = isAsked ? await askMysql(toolbox, options, { folder, contract, models }) : undefined;
  return { contract, models, lint: lintContract(contract, models, asked?.remarks), scoped: asked?.scoped };
}

async function askMysql(
  toolbox: Toolbox,
  { isSampled, scopeKeys: keys }: ValidateOptions,
  { folder, contract, models }: Pick<Validation, 'contract' | 'models'> & { readonly folder: ProjectFolder },
): Promise<{ readonly remarks: DataRemarks | undefined; readonly scoped: ScopedReadsChecked }> {
  const source = toolbox.openSource(resolveMysql(contract.project.mysql, await folder.variables()));
  try {
    const now = unixSeconds(toolbox.clock);
    const { observer } = toolbox;
    const described = await describeModels(source, contract, models, (model) =>
      queriesOf(model, undefined, now),
    );
    const query = (model: Model): SourceQuery => queryOf(model, undefined, now);
    const scoped = await checkScopedReads(source, { contract, described, keys, now, observer });
    return { scoped, remarks: isSampled ? await sampleRows(source, models, query, observer) : undefined };
  } finally {
    toolbox.observer.observe({ kind: 'end' });
    await source.close();
  }
}
