import type { ProjectFiles } from '../core/contract/read-contract.ts';
import type { Variables } from '../core/contract/template.ts';
import type { TestFile } from '../core/contract-test/read-test-file.ts';

/** The folder with millrace.yml. */
export interface ProjectFolder {
  /** Absolute path, for messages and for files named in the contract. */
  readonly path: string;
  /** @throws ContractError `project_missing` when there is no millrace.yml. */
  readFiles(): Promise<ProjectFiles>;
  /** All files of tests. */
  readTestFiles(): Promise<readonly TestFile[]>;
  /** A file of the project. @throws ContractError `file_unreadable` */
  readText(path: string): Promise<string>;
  /** The environment, and below it what the project's `.env` sets. */
  variables(): Promise<Variables>;
  /** Text of millrace.lock; undefined when there is none. */
  readLock(): Promise<string | undefined>;
  writeLock(text: string): Promise<void>;
}

export const PROJECT_FILE = 'millrace.yml';
export const JOURNEYS_FILE = 'journeys.yml';
export const LOCK_FILE = 'millrace.lock';
export const ENVIRONMENT_FILE = '.env';
export const MODELS_FOLDER = 'models';
