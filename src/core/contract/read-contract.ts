import { createHash } from 'node:crypto';
import { USUAL_LIMITS } from '../guard/radius-limits.ts';
import type { Journey } from '../journeys/journey.ts';
import { checkKeys } from './check-keys.ts';
import { checkSchedules } from './check-schedules.ts';
import {
  type Contract,
  type IdentityRules,
  isKeyed,
  type Model,
  makesEvents,
  type PeopleModel,
  type Project,
} from './contract.ts';
import type { Problem } from './problem.ts';
import { publishedNames, readJourneys } from './read-journeys.ts';
import { type ModelFiles, type ModelSurroundings, readModel } from './read-model.ts';
import { type CheckedProject, readProject } from './read-project.ts';
import type { Checked } from './schema-problems.ts';
import { parseYamlFile } from './yaml-file.ts';

/** The files of a project, as texts; paths are relative to the project's folder. */
export interface ProjectFiles {
  readonly projectFile: string;
  readonly project: string;
  readonly models: readonly ModelFiles[];
  /** Files that should be half of a model but whose other half is missing. */
  readonly orphans: readonly { readonly file: string; readonly missing: string }[];
  /** `journeys.yml`; undefined when there is none. */
  readonly journeys?: { readonly file: string; readonly text: string } | undefined;
}

/** Reads the whole contract; finds every problem, not only the first. */
export function readContract(files: ProjectFiles): Checked<Contract> {
  const read = readProject(files.projectFile, files.project);
  const results = readModels(files, read);
  const models = results.flatMap((result) => (result.value === undefined ? [] : [result.value]));
  const journeys = journeysOf(files, results.length === models.length ? models : undefined);
  const problems = [
    ...read.problems,
    ...files.orphans.map(orphanProblem),
    ...results.flatMap((result) => result.problems),
    ...noModels(files),
    ...clashes(models),
    ...checkKeys(models, read.canonical, files.models),
    ...settlingProblems(models, read.value?.project, files.models),
    ...checkSchedules(models, files.models),
    ...journeys.problems,
  ];
  if (read.value === undefined || journeys.value === undefined || problems.length > 0) {
    return { value: undefined, problems };
  }
  const project = withRulesOfModels(read.value.project, models);
  const yamlFiles = new Map(
    files.models.map((model) => [model.yamlFile, parseYamlFile(model.yamlFile, model.yaml)]),
  );
  const hash = contractHash(project, models);
  return { value: { project, models, journeys: journeys.value, hash, yamlFiles }, problems };
}

/** Names are judged only when all models could be read. */
function journeysOf(
  { journeys }: ProjectFiles,
  models: readonly Model[] | undefined,
): Checked<readonly Journey[]> {
  if (journeys === undefined) return { value: [], problems: [] };
  return readJourneys(journeys.file, journeys.text, models && publishedNames(models));
}

/** Where no model makes people, all of them come from elsewhere. */
function withRulesOfModels(project: Project, models: readonly Model[]): Project {
  if (models.some(({ kind }) => kind === 'people')) return project;
  return { ...project, identity: { ...project.identity, peopleElsewhere: true } };
}

/** Stands for the rules of a project that can not be read: its models can be checked without them. */
const NO_RULES: IdentityRules = {
  defaultCountry: undefined,
  allowEmailUpdate: undefined,
  mayShare: [],
  accept: [],
  peopleElsewhere: false,
};

/** A project with problems does not hide those of its models, as long as its canonical identifier is known. */
function readModels(files: ProjectFiles, { value, canonical }: CheckedProject): readonly Checked<Model>[] {
  if (canonical === undefined) return [];
  const surroundings: ModelSurroundings =
    value === undefined
      ? {
          canonical,
          identity: NO_RULES,
          timeZone: 'UTC',
          late: 'hold',
          liveWithinSeconds: 0,
          backfillMarker: undefined,
          guests: undefined,
          faultLimit: undefined,
          radiusLimits: USUAL_LIMITS,
        }
      : { ...value.modelDefaults, ...value.project };
  return files.models.map((model) => readModel(model, surroundings));
}

function orphanProblem(orphan: { readonly file: string; readonly missing: string }): Problem {
  const hint = `A model is two files of one name: write ${orphan.missing}, or remove this file.`;
  return { file: orphan.file, line: 1, column: 1, message: `${orphan.missing} is missing`, hint };
}

function noModels(files: ProjectFiles): readonly Problem[] {
  if (files.models.length > 0 || files.orphans.length > 0) return [];
  const message = 'the project has no models';
  const hint = 'Write models/NAME.yml and models/NAME.sql; `millrace init` shows how.';
  return [{ file: files.projectFile, line: 1, column: 1, message, hint }];
}

/** Things that may be there only once in a contract. */
function clashes(models: readonly Model[]): readonly Problem[] {
  return [
    ...repeated(models, (model) => [model.name]).map(([model, name, first]) =>
      clash(model, `two models are called \`${name}\``, `Rename one of them; the other is ${first.file}.`),
    ),
    ...repeated(models, (model) => (makesEvents(model) ? [model.event] : [])).map(([model, name, first]) =>
      clash(
        model,
        `the event \`${name}\` is made by two models`,
        `Their ids could collide. Join the queries with UNION ALL in one model; the other is ${first.file}.`,
      ),
    ),
    ...repeated(models, (model) => (model.kind === 'people' ? attributeNames(model) : [])).map(
      ([model, name, first]) =>
        clash(
          model,
          `the attribute \`${name}\` is set by two models`,
          `They would overwrite each other. Keep it in one; the other is ${first.file}.`,
        ),
    ),
    ...repeated(models, removingTargets).map(([model, , first]) =>
      clash(
        model,
        'two models say what is removed of the same thing at Customer.io',
        `One would remove what the other sends. Join the queries with UNION in one model; the other is ${first.file}.`,
      ),
    ),
  ];
}

/** What is waited for must be seen, which takes an App API key. */
function settlingProblems(
  models: readonly Model[],
  project: Project | undefined,
  files: readonly ModelFiles[],
): readonly Problem[] {
  if (project === undefined || project.customerio.appKey !== undefined) return [];
  return models
    .filter((model) => makesEvents(model) && model.settlesBefore)
    .flatMap((model) => {
      const file = files.find(({ yamlFile }) => yamlFile === model.file);
      if (file === undefined) return [];
      const message = '`settle_before_event` needs an App API key, and millrace.yml names none';
      const hint = 'Add `app_key: ${CUSTOMERIO_APP_KEY}` under `customerio`, or remove it here.';
      return [
        parseYamlFile(file.yamlFile, file.yaml).problemAt(['settle_before_event'], message, hint, 'key'),
      ];
    });
}

/** Of what at Customer.io a model removes what it has no row for. */
function removingTargets(model: Model): readonly string[] {
  return isKeyed(model) && model.removed !== 'nothing' ? [`${model.kind} ${model.target}`] : [];
}

function attributeNames(model: PeopleModel): readonly string[] {
  const consents = model.consents.map(({ attribute }) => attribute);
  return [...new Set([...model.attributes.map(({ name }) => name), ...consents])];
}

function clash(model: Model, message: string, hint: string): Problem {
  return { file: model.file, line: 1, column: 1, message, hint };
}

type Repeat = readonly [model: Model, name: string, first: Model];

function repeated(models: readonly Model[], namesOf: (model: Model) => readonly string[]): readonly Repeat[] {
  const first = new Map<string, Model>();
  return models.flatMap((model) =>
    namesOf(model).flatMap((name): Repeat[] => {
      const earlier = first.get(name);
      if (earlier === undefined) first.set(name, model);
      return earlier === undefined ? [] : [[model, name, earlier]];
    }),
  );
}

/** No part of how rows are shaped, and yet of what a plan sends. */
function removedOf(model: Model): readonly unknown[] {
  return 'removed' in model ? [model.removed] : [];
}

function contractHash(project: Project, models: readonly Model[]): string {
  const definitions = models
    .map((model) => [model.name, model.definitionHash, model.isDraft, ...removedOf(model)])
    .sort();
  const { namespace, canonical, identity, clockSkewSeconds, backfillMarker } = project;
  const decisive = [namespace, canonical, identity, clockSkewSeconds, backfillMarker, definitions];
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex');
}
