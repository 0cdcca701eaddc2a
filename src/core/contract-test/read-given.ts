import { usedColumns } from '../contract/check-model.ts';
import { type CanonicalIdentifier, keyColumnsOf, type Model, makesEvents } from '../contract/contract.ts';
import { didYouMean } from '../contract/did-you-mean.ts';
import type { Problem } from '../contract/problem.ts';
import type { YamlFile, YamlPath } from '../contract/yaml-file.ts';
import type { Given, GivenIdentity, GivenResult, GivenRow, GivenTables } from './contract-test.ts';
import type { TestFileYaml, TestYaml } from './test-file-schema.ts';
import { cellText } from './yaml-value.ts';

/** A test with its surroundings, while it is read. */
export interface TestInFile {
  readonly yaml: YamlFile;
  readonly file: TestFileYaml;
  readonly test: TestYaml;
  /** Where the test stands: `['tests', 3]`. */
  readonly path: YamlPath;
  readonly model: Model;
  readonly canonical: CanonicalIdentifier;
}

/** Earliest start: every event of a test counts unless it says otherwise. */
const LONG_AGO = 0;

export function readGiven(reading: TestInFile): Given {
  const { since, people, identities = [] } = reading.test.given;
  return {
    source: reading.test.given.tables === undefined ? givenResult(reading) : givenTables(reading),
    people: people?.map((value, index) => textAt(reading, ['given', 'people', index], value)),
    identities: identities.map((keys, index) => givenIdentity(reading, index, keys)),
    since: since === undefined ? LONG_AGO : Math.floor(Date.parse(since) / 1000),
  };
}

/** The text of a scalar of the test. */
export function textAt({ yaml, path }: TestInFile, below: YamlPath, value: unknown): string {
  return cellText({ yaml, path: [...path, ...below], value }) ?? '';
}

function givenIdentity(
  reading: TestInFile,
  index: number,
  keys: Readonly<Record<string, unknown>>,
): GivenIdentity {
  const textOf = (kind: string): string => textAt(reading, ['given', 'identities', index, kind], keys[kind]);
  const others = Object.keys(keys).filter((kind) => kind !== reading.canonical);
  return {
    person: textOf(reading.canonical),
    keys: others.map((kind) => ({ kind, text: textOf(kind) })),
  };
}

function givenResult(reading: TestInFile): GivenResult {
  const { rows = [], types = {} } = reading.test.given;
  const names = [...new Set([...usedColumns(reading.model), ...reading.model.ignoreColumns])];
  return {
    kind: 'rows',
    columns: names.map((name) => ({ name, kind: types[name] ?? 'other' })),
    rows: givenRows(reading, ['given', 'rows'], rows),
  };
}

function givenTables(reading: TestInFile): GivenTables {
  const { schema = [] } = reading.file;
  const { tables = {} } = reading.test.given;
  return {
    kind: 'tables',
    schemaFiles: typeof schema === 'string' ? [schema] : schema,
    tables: Object.entries(tables).map(([name, rows]) => ({
      name,
      path: [...reading.path, 'given', 'tables', name],
      rows: givenRows(reading, ['given', 'tables', name], rows),
    })),
  };
}

function givenRows(
  { yaml, path }: TestInFile,
  below: YamlPath,
  rows: readonly Readonly<Record<string, unknown>>[],
): readonly GivenRow[] {
  return rows.map((row, index) => {
    const rowPath = [...path, ...below, index];
    const cells = Object.entries(row).map(
      ([column, value]) => [column, cellText({ yaml, path: [...rowPath, column], value })] as const,
    );
    return { path: rowPath, cells: new Map(cells) };
  });
}

/** What is wrong with the given part of a test. */
export function givenProblems(reading: TestInFile): readonly Problem[] {
  const { yaml, path, file, test, model } = reading;
  const { rows, tables, types = {}, people, since } = test.given;
  const problem = (below: YamlPath, message: string, hint: string): Problem =>
    yaml.problemAt([...path, 'given', ...below], message, hint, 'key');
  const isEvent = makesEvents(model);
  return [
    ...((rows === undefined) === (tables === undefined)
      ? [
          problem(
            [],
            'give either `rows` or `tables`',
            'Rows of the result, or of the tables that the query reads.',
          ),
        ]
      : []),
    ...(tables !== undefined && file.schema === undefined
      ? [
          problem(
            ['tables'],
            'the file names no `schema`',
            'Add `schema: FILE` with the CREATE TABLE statements.',
          ),
        ]
      : []),
    ...(!isEvent && people !== undefined ? [problem(['people'], EVENTS_ONLY, 'Remove `people`.')] : []),
    ...(!isEvent && since !== undefined ? [problem(['since'], EVENTS_ONLY, 'Remove `since`.')] : []),
    ...(rows ?? []).flatMap((row, index) => columnProblems(reading, ['rows', index], Object.keys(row))),
    ...columnProblems(reading, ['types'], Object.keys(types)),
    ...identityProblems(reading),
  ];
}

function identityProblems({ yaml, path, test, model, canonical }: TestInFile): readonly Problem[] {
  const kinds = [canonical, ...keyColumnsOf(model).map(({ kind }) => kind)];
  return (test.given.identities ?? []).flatMap((keys, index) => {
    const place = [...path, 'given', 'identities', index];
    const unknown = Object.keys(keys).filter((kind) => !kinds.includes(kind));
    const nameless = keys[canonical] == null ? [canonical] : [];
    return [
      ...nameless.map((kind) =>
        yaml.problemAt(place, `\`${kind}\` is missing`, 'It says to whom the other keys belong.'),
      ),
      ...unknown.map((kind) =>
        yaml.problemAt(
          [...place, kind],
          `the model names nobody by \`${kind}\``,
          didYouMean(kind, [...new Set(kinds)]),
          'key',
        ),
      ),
    ];
  });
}

const EVENTS_ONLY = 'this belongs to tests of events';

function columnProblems(
  { yaml, path, model }: TestInFile,
  below: YamlPath,
  columns: readonly string[],
): readonly Problem[] {
  const known = [...usedColumns(model), ...model.ignoreColumns];
  return columns
    .filter((column) => !known.includes(column))
    .map((column) =>
      yaml.problemAt(
        [...path, 'given', ...below, column],
        `the model uses no column \`${column}\``,
        didYouMean(column, [...new Set(known)]),
        'key',
      ),
    );
}
