import { InvalidContractError, problemHeadline } from '../../core/contract/problem.ts';
import { selectModels } from '../../core/contract/select-models.ts';
import type { YamlPath } from '../../core/contract/yaml-file.ts';
import type { Difference } from '../../core/contract-test/compare-test.ts';
import type { ContractTest } from '../../core/contract-test/contract-test.ts';
import { readTestFiles } from '../../core/contract-test/read-test-file.ts';
import { MillraceError } from '../../core/errors/millrace-error.ts';
import type { TestBedOptions } from '../../ports/test-bed.ts';
import type { Toolbox } from '../../ports/toolbox.ts';
import { loadContract } from '../load-contract.ts';
import type { SessionOptions } from '../session.ts';
import { givenSource } from './given-source.ts';
import { runTest } from './run-test.ts';
import { TestSchemas } from './test-schemas.ts';
import type { TestSurroundings } from './test-session.ts';

export interface TestContractOptions extends SessionOptions {
  readonly server: Pick<TestBedOptions, 'url' | 'flavour'>;
  readonly signal: AbortSignal | undefined;
}

/** What became of one test. */
export interface TestResult {
  readonly name: string;
  readonly model: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly isPassed: boolean;
  /** What stopped it from being run, as lines. */
  readonly errors: readonly string[];
  readonly differences: readonly PlacedDifference[];
}

/** A difference, and where in the test file it was expected otherwise. */
export interface PlacedDifference extends Omit<Difference, 'path'> {
  readonly line: number;
  readonly column: number;
}

export interface TestReport {
  readonly results: readonly TestResult[];
  /** The server that tests with tables were run on. */
  readonly server: string | undefined;
}

/** Runs the tests of the selected models. Needs no Customer.io, and a MySQL only for tests with tables. */
export async function testContract(toolbox: Toolbox, options: TestContractOptions): Promise<TestReport> {
  const folder = toolbox.openProject(options.projectPath);
  const contract = await loadContract(folder);
  const selected = selectModels(contract, options.select);
  const { tests, problems } = readTestFiles(await folder.readTestFiles(), contract);
  if (problems.length > 0) throw new InvalidContractError(problems, 'test_invalid');
  const schemas = new TestSchemas(toolbox, folder, options.server);
  try {
    const results: TestResult[] = [];
    for (const test of tests.filter(({ model }) => selected.includes(model))) {
      options.signal?.throwIfAborted();
      // One after the other: they share the tables.
      results.push(await resultOf({ toolbox, folder, contract }, test, schemas));
    }
    return { results, server: schemas.server };
  } finally {
    toolbox.observer.observe({ kind: 'end' });
    await schemas.close();
  }
}

async function resultOf(
  surroundings: TestSurroundings,
  test: ContractTest,
  schemas: TestSchemas,
): Promise<TestResult> {
  try {
    const differences = await runGiven(surroundings, test, schemas);
    return toResult(test, [], differences);
  } catch (error) {
    const lines = errorLines(error);
    if (lines === undefined) throw error;
    return toResult(test, lines, []);
  }
}

async function runGiven(
  surroundings: TestSurroundings,
  test: ContractTest,
  schemas: TestSchemas,
): Promise<readonly Difference[]> {
  const { source: given } = test.given;
  if (given.kind === 'rows') return runTest(surroundings, test, givenSource(given));
  const source = await schemas.load(test, given);
  try {
    return await runTest(surroundings, test, source);
  } finally {
    await source.close();
  }
}

/** A query or a row that the server refuses fails its test; trouble with the server itself ends the command. */
function errorLines(error: unknown): readonly string[] | undefined {
  if (error instanceof InvalidContractError) {
    return error.problems.map((problem) => `${problemHeadline(problem)}. ${problem.hint}`);
  }
  return error instanceof MillraceError && error.code === 'source_query' ? [error.message] : undefined;
}

function toResult(
  { name, model, yaml, path }: ContractTest,
  errors: readonly string[],
  differences: readonly Difference[],
): TestResult {
  const place = (at: YamlPath) => {
    const { line, column } = yaml.problemAt(at, '', '', 'key');
    return { line, column };
  };
  return {
    name,
    model: model.name,
    file: yaml.file,
    ...place([...path, 'name']),
    isPassed: errors.length + differences.length === 0,
    errors,
    differences: differences.map(({ path: at, ...difference }) => ({ ...difference, ...place(at) })),
  };
}
