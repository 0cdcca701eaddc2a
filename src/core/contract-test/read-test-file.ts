import { type Contract, isKeyed, type Model } from '../contract/contract.ts';
import { didYouMean } from '../contract/did-you-mean.ts';
import type { Problem } from '../contract/problem.ts';
import { checkSchema } from '../contract/schema-problems.ts';
import { parseYamlFile, type YamlFile } from '../contract/yaml-file.ts';
import type { ContractTest } from './contract-test.ts';
import { expectedProblems, readExpected } from './read-expected.ts';
import { givenProblems, readGiven, type TestInFile } from './read-given.ts';
import { type TestFileYaml, testFileSchema } from './test-file-schema.ts';

/** A file of tests, as text; the path is relative to the project. */
export interface TestFile {
  readonly file: string;
  readonly text: string;
}

export interface ReadTests {
  readonly tests: readonly ContractTest[];
  readonly problems: readonly Problem[];
}

/** Reads all files of tests; finds every problem, not only the first. */
export function readTestFiles(files: readonly TestFile[], contract: Contract): ReadTests {
  const read = files.map(({ file, text }) => readTestFile(parseYamlFile(file, text), contract));
  return {
    tests: read.flatMap(({ tests }) => tests),
    problems: read.flatMap(({ problems }) => problems),
  };
}

function readTestFile(yaml: YamlFile, contract: Contract): ReadTests {
  const checked = checkSchema(testFileSchema, yaml);
  if (checked.value === undefined) return { tests: [], problems: checked.problems };
  const file = checked.value;
  const { canonical } = contract.project;
  const model = modelOf(file, yaml, contract);
  if (!('kind' in model)) return { tests: [], problems: [model] };
  const read = file.tests.map((test, index) =>
    readTest({ yaml, file, test, path: ['tests', index], model, canonical }),
  );
  const problems = read.flatMap((result) => result.problems);
  return { tests: problems.length > 0 ? [] : read.flatMap(({ tests }) => tests), problems };
}

function modelOf(file: TestFileYaml, yaml: YamlFile, { models }: Contract): Model | Problem {
  const name = file.model ?? yaml.file.replace(/^.*\//, '').replace(/\.test\.ya?ml$/, '');
  const model = models.find((each) => each.name === name);
  const untested = model && untestedHint(model);
  if (untested !== undefined) {
    return yaml.problemAt(['model'], `tests of kind ${model?.kind} are not possible`, untested);
  }
  if (model !== undefined) return model;
  const hint = `${didYouMean(
    name,
    models.map((each) => each.name),
  )} \`model:\` says whose tests these are.`;
  const place = file.model === undefined ? [] : ['model'];
  return yaml.problemAt(place, `there is no model \`${name}\``, hint);
}

/** Why a model has no tests; undefined when it may have some. */
function untestedHint(model: Model): string | undefined {
  if (model.kind === 'identities') {
    return 'What identities lead to is seen in the events and people that they are for.';
  }
  return isKeyed(model) ? '`millrace plan --samples 5` lists what would be sent.' : undefined;
}

function readTest(reading: TestInFile): ReadTests {
  const { yaml, file, test, path, model } = reading;
  const now = test.now ?? file.now;
  const problems = [...nowProblems(reading, now), ...givenProblems(reading), ...expectedProblems(reading)];
  if (problems.length > 0 || now === undefined) return { tests: [], problems };
  const read: ContractTest = {
    name: test.name,
    model,
    yaml,
    path,
    now: Math.floor(Date.parse(now) / 1000),
    given: readGiven(reading),
    expected: readExpected(reading),
  };
  return { tests: [read], problems: [] };
}

function nowProblems({ yaml, path }: TestInFile, now: string | undefined): readonly Problem[] {
  if (now !== undefined) return [];
  const hint = 'Add `now: 2026-11-23T12:00:00Z` to the test, or to the file for all of its tests.';
  return [yaml.problemAt(path, 'the test does not say when it happens', hint, 'key')];
}
