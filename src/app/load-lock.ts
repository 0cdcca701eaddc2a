import type { Contract } from '../core/contract/contract.ts';
import { type Lock, readLock } from '../core/contract/lock.ts';
import { InvalidContractError } from '../core/contract/problem.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { LOCK_FILE, type ProjectFolder } from '../ports/project-folder.ts';

/** What the project has published; undefined before the first sync. @throws ContractError, InvalidContractError */
export async function loadLock(folder: ProjectFolder, contract: Contract): Promise<Lock | undefined> {
  const text = await folder.readLock();
  if (text === undefined) return undefined;
  const { value, problems } = readLock(LOCK_FILE, text);
  if (value === undefined) throw new InvalidContractError(problems, 'contract_invalid');
  if (value.namespace !== contract.project.namespace) {
    const message = `millrace.lock was published with namespace \`${value.namespace}\`, millrace.yml says \`${contract.project.namespace}\``;
    throw new ContractError('namespace_changed', message);
  }
  return value;
}
