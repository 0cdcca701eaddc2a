import { csvLine } from '../csv/csv-text.ts';
import type { ExportContent } from '../state/export-list.ts';
import type { NameList } from '../state/name-list.ts';
import type { Person } from '../state/person.ts';
import type { WorkspaceState } from '../state/workspace-state.ts';
import { attributeStrings } from './person-view.ts';

/** An export as the lines of a CSV file. */
export function* exportLines(state: WorkspaceState, content: ExportContent): Generator<string> {
  if (content.kind === 'rows') {
    yield csvLine(content.columns);
    for (const row of content.rows) yield csvLine(row);
    return;
  }
  const columns = peopleColumns(content.people);
  yield csvLine(columns);
  for (const person of content.people) {
    const values = new Map(attributeStrings(state, person));
    yield csvLine(columns.map((column) => values.get(column) ?? ''));
  }
}

const FIRST_COLUMNS = ['id', 'email', 'cio_id', '_created_in_customerio_at'];

/** The identifiers, then every attribute that somebody has. */
function peopleColumns(people: readonly Person[]): readonly string[] {
  const hasPhones = people.some((person) => person.phone !== null);
  const lists = new Set<NameList>(people.map((person) => person.attributes.names));
  const names = [...lists].flatMap((list) => list.names);
  return [...new Set([...FIRST_COLUMNS, ...(hasPhones ? ['phone'] : []), ...names])];
}
