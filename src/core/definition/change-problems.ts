import type { Contract, Model } from '../contract/contract.ts';
import type { WorkspaceLock } from '../contract/lock.ts';
import type { Problem } from '../contract/problem.ts';
import type { YamlPath } from '../contract/yaml-file.ts';
import type { Part } from './definition.ts';
import { changeTarget, type DefinitionChange } from './definition-change.ts';
import { journeyWords } from './journeys-of-change.ts';
import type { ChangedPart } from './judge-change.ts';
import { firstChangedLine, textDiff } from './text-diff.ts';

/** Where something was published. */
export interface PublishedWhere {
  /** Name of the workspace. */
  readonly workspace: string;
  readonly lock: WorkspaceLock;
}

/** What stops a run: each changed meaning, with its place, what it was, and the three ways on. */
export function changeProblems(
  contract: Contract,
  changes: readonly DefinitionChange[],
  where: PublishedWhere,
): readonly Problem[] {
  const changed = changes.filter(({ verdict }) => verdict === 'changed');
  const models = [...new Set(changed.map(({ model }) => model))];
  return models.flatMap((model) => {
    const ofModel = changed.filter((change) => change.model === model);
    const users = journeyWords(contract.journeys, ofModel);
    const byQuery = ofModel.filter(({ parts }) => stops(parts).some(({ part }) => part === 'sql'));
    return [
      ...(byQuery.length === 0 ? [] : [queryProblem(model, byQuery, { ...where, users })]),
      ...ofModel.flatMap((change) =>
        stops(change.parts)
          .filter(({ part }) => part !== 'sql')
          .map((part) => partProblem(contract, change, part, where)),
      ),
    ];
  });
}

function stops(parts: readonly ChangedPart[]): readonly ChangedPart[] {
  return parts.filter(({ verdict }) => verdict === 'changed');
}

/** More names than this are counted. */
const NAMES_MAX = 6;

function queryProblem(
  model: Model,
  changes: readonly DefinitionChange[],
  { workspace, lock, users }: PublishedWhere & { readonly users: string },
): Problem {
  const names = changes.map(({ name }) => `\`${name}\``);
  const more = names.length > NAMES_MAX ? ` and ${names.length - NAMES_MAX} more` : '';
  const before = lock.queries.get(model.name);
  const after = model.sql.trimEnd();
  return {
    file: model.sqlFile,
    line: before === undefined ? 1 : firstChangedLine(before, after),
    column: 1,
    message: `the query behind ${names.slice(0, NAMES_MAX).join(', ')}${more} is not the one published in ${workspace}${sinceWords(changes)}`,
    hint: hintFor(changes, `${users}See what would change: \`millrace plan --evidence ${model.name}\`. `),
    ...(before === undefined ? {} : { detail: textDiff(before, after) }),
  };
}

function sinceWords(changes: readonly DefinitionChange[]): string {
  const days = changes.flatMap(({ published }) => published?.since ?? []).sort();
  return days[0] === undefined ? '' : ` since ${days[0]}`;
}

function partProblem(
  contract: Contract,
  change: DefinitionChange,
  { part, before, after }: ChangedPart,
  { workspace }: PublishedWhere,
): Problem {
  const { model, name } = change;
  const message =
    part === 'type'
      ? `\`${name}\` was published as ${before} in ${workspace}, and is declared as ${after}`
      : `\`${name}\` was published ${withWords(part, before)} in ${workspace}, and is declared ${withWords(part, after)}`;
  const hint = hintFor([change], journeyWords(contract.journeys, [change]));
  const placed = contract.yamlFiles.get(model.file)?.problemAt(pathOf(change, part), message, hint);
  const problem = placed ?? { file: model.file, line: 1, column: 1, message, hint };
  return part === 'type' ? { ...problem, rule: 'type_changed' } : problem;
}

function withWords(part: Part, value: string | undefined): string {
  return value === undefined ? `without \`${KEYS[part]}\`` : `with \`${KEYS[part]}: ${value}\``;
}

/** How the parts are called in a model's YAML file. */
const KEYS: Readonly<Record<Part, string>> = {
  type: 'type',
  sql: 'sql',
  unit: 'unit',
  means: 'means',
  zone: 'time_zone',
  format: 'format',
  ambiguous_time: 'ambiguous_time',
  not_before: 'not_before',
  future: 'future',
  when_null: 'when_null',
  one_of: 'one_of',
  separator: 'separator',
  role: 'role',
  max_items: 'max_items',
  after: 'after',
  not_after: 'not_after',
  throttle: 'throttle',
};

function pathOf({ kind, name }: DefinitionChange, part: Part): YamlPath {
  const isOfModel = ['means', 'throttle', 'after', 'not_after'].includes(part);
  if (kind === 'rows') return [KEYS[part]];
  if (kind === 'event') return isOfModel ? [KEYS[part]] : ['occurred_at', KEYS[part]];
  return [kind === 'attribute' ? 'attributes' : 'properties', name, KEYS[part]];
}

function hintFor(changes: readonly DefinitionChange[], first: string): string {
  const [change] = changes;
  const target = change === undefined ? '' : changes.length === 1 ? changeTarget(change) : change.model.name;
  return `${first}What means something else needs another name; or count \`version\` up in the YAML; or, when all that uses it is ready: \`millrace plan --accept-definition ${target} --reason TEXT\`.`;
}
