import { isAbsolute, join } from 'node:path';
import type { Contract } from '../core/contract/contract.ts';
import type { ProjectFolder } from '../ports/project-folder.ts';

/** Where the project keeps its state. */
export function stateFolder(folder: ProjectFolder, contract: Contract): string {
  const configured = contract.project.stateDirectory;
  return isAbsolute(configured) ? configured : join(folder.path, configured);
}
