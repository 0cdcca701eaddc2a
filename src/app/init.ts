import { ContractError } from '../core/errors/millrace-error.ts';
import type { TextFiles } from '../ports/text-files.ts';

/** One file of a new project. */
export interface ProjectFile {
  /** Relative to the project's folder. */
  readonly path: string;
  readonly text: string;
}

const IGNORED = ['.env', '.millrace/'];

/**
 * Writes a new project into a folder. Nothing that is there is overwritten: with one file in the way, none is
 * written. @throws ContractError `file_exists`
 */
export async function init(
  files: TextFiles,
  folder: string,
  template: readonly ProjectFile[],
): Promise<readonly string[]> {
  const inTheWay = await existing(files, folder, template);
  if (inTheWay.length > 0) {
    throw new ContractError(
      'file_exists',
      `${inTheWay.join(', ')} ${inTheWay.length === 1 ? 'is' : 'are'} already there`,
    );
  }
  for (const { path, text } of template) await files.write(`${folder}/${path}`, text);
  await ignoreSecrets(files, `${folder}/.gitignore`);
  return [...template.map(({ path }) => path), '.gitignore'];
}

async function existing(
  files: TextFiles,
  folder: string,
  template: readonly ProjectFile[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    template.map(async ({ path }) => ((await files.exists(`${folder}/${path}`)) ? [path] : [])),
  );
  return found.flat();
}

/** An existing .gitignore is only added to. */
async function ignoreSecrets(files: TextFiles, path: string): Promise<void> {
  const before = (await files.exists(path)) ? await files.read(path) : '';
  const lines = before.split(/\r?\n/);
  const missing = IGNORED.filter((line) => !lines.includes(line));
  if (missing.length === 0) return;
  const separator = before === '' || before.endsWith('\n') ? '' : '\n';
  await files.write(path, `${before}${separator}${missing.join('\n')}\n`);
}
