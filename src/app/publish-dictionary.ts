import { resolveCustomerio } from '../core/contract/connection-settings.ts';
import { dataIndexEntries } from '../core/dictionary/data-index-entries.ts';
import type { Dictionary } from '../core/dictionary/dictionary.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import { loadContract } from './load-contract.ts';
import { requireAppApi } from './require-app-api.ts';

export interface PublishOptions {
  readonly projectPath: string;
  readonly signal: AbortSignal | undefined;
}

/** How many descriptions were written. */
export interface PublishedDictionary {
  readonly attributes: number;
  readonly events: number;
}

/** Writes the dictionary's descriptions into Customer.io's Data Index. @throws ContractError `app_key_missing` */
export async function publishDictionary(
  toolbox: Toolbox,
  dictionary: Dictionary,
  { projectPath, signal }: PublishOptions,
): Promise<PublishedDictionary> {
  const folder = toolbox.openProject(projectPath);
  const { project } = await loadContract(folder);
  const settings = resolveCustomerio(project.customerio, await folder.variables());
  const app = requireAppApi(settings.app && toolbox.openAppApi(settings.app), '`docs --publish`');
  try {
    const { attributes, events } = dataIndexEntries(dictionary);
    toolbox.observer.observe({ kind: 'step', text: 'Writing descriptions into the Data Index' });
    await app.dataIndex.describeAttributes(attributes, signal);
    await app.dataIndex.describeEvents(events, signal);
    return { attributes: attributes.length, events: events.length };
  } finally {
    toolbox.observer.observe({ kind: 'end' });
    await app.close();
  }
}
