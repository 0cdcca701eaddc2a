import { resolveMysql } from '../core/contract/connection-settings.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import { didYouMean } from '../core/contract/did-you-mean.ts';
import type { WorkspaceLock } from '../core/contract/lock.ts';
import { isSandboxName } from '../core/customerio/workspace.ts';
import { ColumnMeasures, type ModelMeasure } from '../core/dictionary/column-measure.ts';
import { type Dictionary, describedModels, makeDictionary } from '../core/dictionary/dictionary.ts';
import { dictionaryHtml } from '../core/dictionary/dictionary-html.ts';
import { dictionaryMarkdown } from '../core/dictionary/dictionary-markdown.ts';
import { ContractError } from '../core/errors/millrace-error.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { ProjectFolder } from '../ports/project-folder.ts';
import type { Source } from '../ports/source.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { loadContract } from './load-contract.ts';
import { loadLock } from './load-lock.ts';
import { queryOf } from './model-queries.ts';
import { eachSample } from './sample-rows.ts';

export interface DictionaryOptions {
  readonly projectPath: string;
  /** Folder for the two files. */
  readonly folder: string;
  /** Whose publishing dates count; undefined: the only one, or the one that is no sandbox. */
  readonly workspace: string | undefined;
  /** Also look at rows, for shares of NULL and shapes. */
  readonly isSampled: boolean;
}

export interface WrittenDictionary {
  readonly dictionary: Dictionary;
  readonly files: readonly string[];
}

/** Writes dictionary.md and dictionary.html; they hold no values of rows. Only `isSampled` needs MySQL. */
export async function writeDictionary(
  toolbox: Toolbox,
  options: DictionaryOptions,
): Promise<WrittenDictionary> {
  const folder = toolbox.openProject(options.projectPath);
  const contract = await loadContract(folder);
  const lock = await lockOf(folder, contract, options.workspace);
  const measures = options.isSampled ? await measure(toolbox, folder, contract) : new Map();
  const dictionary = makeDictionary({ contract, lock, measures });
  const files = [
    [`${options.folder}/dictionary.md`, dictionaryMarkdown(dictionary)],
    [`${options.folder}/dictionary.html`, dictionaryHtml(dictionary)],
  ] as const;
  for (const [path, text] of files) await toolbox.files.write(path, text);
  return { dictionary, files: files.map(([path]) => path) };
}

async function lockOf(
  folder: ProjectFolder,
  contract: Contract,
  workspace: string | undefined,
): Promise<WorkspaceLock | undefined> {
  const workspaces = (await loadLock(folder, contract))?.workspaces ?? new Map<string, WorkspaceLock>();
  const known = [...workspaces.keys()];
  if (workspace !== undefined) {
    const found = workspaces.get(workspace);
    if (found !== undefined) return found;
    const message = `millrace.lock knows no workspace \`${workspace}\``;
    throw new ContractError('usage', message, { hint: didYouMean(workspace, known) });
  }
  const real = known.filter((name) => !isSandboxName(name));
  return workspaces.get((real.length > 0 ? real : known)[0] ?? '');
}

async function measure(
  toolbox: Toolbox,
  folder: ProjectFolder,
  contract: Contract,
): Promise<ReadonlyMap<string, ModelMeasure>> {
  const source = toolbox.openSource(resolveMysql(contract.project.mysql, await folder.variables()));
  try {
    return await measureModels(toolbox, source, contract);
  } finally {
    toolbox.observer.observe({ kind: 'end' });
    await source.close();
  }
}

/** Only of models that have a place in the dictionary. */
async function measureModels(
  { clock, observer }: Toolbox,
  source: Source,
  contract: Contract,
): Promise<ReadonlyMap<string, ModelMeasure>> {
  const now = unixSeconds(clock);
  const measures = new Map<string, ModelMeasure>();
  const queries = { queryOf: (model: Model) => queryOf(model, undefined, now), observer };
  await eachSample(source, describedModels(contract), queries, async (model, scan) => {
    const columns = new ColumnMeasures(scan.columns);
    for await (const batch of scan.batches) {
      for (let row = 0; row < batch.length; row += 1) columns.take(batch.cells(row));
    }
    measures.set(model.name, columns.measure());
  });
  return measures;
}
