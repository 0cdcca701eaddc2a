import type { Contract } from '../core/contract/contract.ts';
import { InvalidContractError } from '../core/contract/problem.ts';
import { readContract } from '../core/contract/read-contract.ts';
import type { ProjectFolder } from '../ports/project-folder.ts';

/** Reads and checks the contract of a project. @throws InvalidContractError with every problem. */
export async function loadContract(folder: ProjectFolder): Promise<Contract> {
  const { value, problems } = readContract(await folder.readFiles());
  if (value === undefined) throw new InvalidContractError(problems, 'contract_invalid');
  return value;
}
