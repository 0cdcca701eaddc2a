import { resolveMysql } from '../core/contract/connection-settings.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import { selectModels } from '../core/contract/select-models.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { describeModels } from './check-models.ts';
import { loadContract } from './load-contract.ts';
import { queryOf } from './make-plan.ts';
import type { SessionOptions } from './session.ts';

export interface ValidateOptions extends SessionOptions {
  /** Also ask MySQL what the queries return. */
  readonly isConnected: boolean;
}

export interface Validation {
  readonly contract: Contract;
  readonly models: readonly Model[];
}

/** Checks the contract, and with a connection the queries. @throws InvalidContractError with every problem. */
export async function validate(toolbox: Toolbox, options: ValidateOptions): Promise<Validation> {
  const folder = toolbox.openProject(options.projectPath);
  const contract = await loadContract(folder);
  const models = selectModels(contract, options.select);
  if (!options.isConnected) return { contract, models };
  const source = toolbox.openSource(resolveMysql(contract.project.mysql, await folder.variables()));
  try {
    const now = unixSeconds(toolbox.clock);
    await describeModels(source, contract, models, (model) => queryOf(model, undefined, now));
    return { contract, models };
  } finally {
    await source.close();
  }
}
