import { reservedPropertyHint } from '../customerio/reserved-names.ts';
import { checkSelectOnly } from '../sql/select-only.ts';
import type { AbandonmentModel, Field } from './contract.ts';
import type { AbandonmentYaml } from './model-schema.ts';
import type { Problem } from './problem.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

/** What is wrong in a model of carts besides what may be wrong in every model that makes events. */
export function abandonmentProblems(
  model: AbandonmentModel,
  source: AbandonmentYaml,
  yaml: YamlFile,
): readonly Problem[] {
  return [
    ...activityProblems(source, yaml),
    ...endProblems(source, yaml),
    ...durationProblems(model, yaml),
    ...cartProblems(model, yaml),
    ...ordersProblems(model, yaml),
  ];
}

function activityProblems(source: AbandonmentYaml, yaml: YamlFile): readonly Problem[] {
  const { last_activity_at: lastActivityAt, observe } = source;
  if (lastActivityAt !== undefined && observe !== undefined) {
    const message = 'both `last_activity_at` and `observe` are given';
    return [
      yaml.problemAt(['observe'], message, 'Keep `last_activity_at`: a column that knows is better.', 'key'),
    ];
  }
  if (lastActivityAt !== undefined || observe !== undefined) return [];
  const message = 'nothing says when a cart was changed';
  const hint =
    'Add `last_activity_at: COLUMN`; when the source has no such column, `observe: [COLUMNS]` whose change is the activity.';
  return [yaml.problemAt([], message, hint)];
}

/** A mail about a cart that was bought does more harm than one that is missing. */
function endProblems(source: AbandonmentYaml, yaml: YamlFile): readonly Problem[] {
  const problems: Problem[] = [];
  if (source.converted_at === undefined && source.superseded_by === undefined) {
    const message = 'nothing says when a cart was bought';
    const hint =
      'Add `converted_at: COLUMN` (NULL until then), or `superseded_by` with the orders of the person.';
    problems.push(yaml.problemAt([], message, hint));
  }
  if (source.emptied !== undefined && source.item_count !== undefined) {
    const message = 'both `emptied` and `item_count` say whether a cart is empty';
    problems.push(yaml.problemAt(['emptied'], message, 'Keep one of them.', 'key'));
  }
  return problems;
}

function durationProblems(
  { afterSeconds, notAfterSeconds }: AbandonmentModel,
  yaml: YamlFile,
): readonly Problem[] {
  if (notAfterSeconds > afterSeconds) return [];
  const message = '`not_after` is not longer than `after`, so that no cart could ever fire';
  return [yaml.problemAt(['not_after'], message, 'Both are counted from the last activity; a day is usual.')];
}

function cartProblems({ cartColumns }: AbandonmentModel, yaml: YamlFile): readonly Problem[] {
  const reserved = cartColumns.flatMap((column) => {
    const hint = reservedPropertyHint(column);
    if (hint === undefined) return [];
    const message = `\`cart\` names \`${column}\`, which would be sent as a property of that name`;
    return [yaml.problemAt(['cart'], message, `${hint} Rename the column in the query with AS.`)];
  });
  if (new Set(cartColumns).size === cartColumns.length) return reserved;
  return [...reserved, yaml.problemAt(['cart'], '`cart` names a column twice', 'Name each column once.')];
}

/** The query stands in the YAML file, so that its problems are placed at its beginning. */
function ordersProblems({ orders, file }: AbandonmentModel, yaml: YamlFile): readonly Problem[] {
  if (orders === undefined) return [];
  return checkSelectOnly(file, orders.sql, 'abandonment').map(({ message, hint }) =>
    yaml.problemAt(['superseded_by', 'orders'], message, hint),
  );
}

/** Fields with a time, under the names by which the file knows them. */
export function cartTimes(model: AbandonmentModel): readonly Field[] {
  return [model.lastActivityAt, model.convertedAt, model.supersededAt].filter((field) => field !== undefined);
}

/** Columns of the query that make carts what they are. */
export function cartColumnsOf(model: AbandonmentModel): readonly string[] {
  return [
    ...model.cartColumns,
    ...model.observedColumns,
    ...cartTimes(model).map(({ column }) => column),
    ...(model.emptiness === undefined ? [] : [model.emptiness.column]),
  ];
}

/** Where the file names a column; undefined when it is none of these. */
export function placeOfCartColumn(model: AbandonmentModel, column: string): YamlPath | undefined {
  if (model.cartColumns.includes(column)) return ['cart'];
  if (model.observedColumns.includes(column)) return ['observe'];
  if (model.emptiness?.column !== column) return undefined;
  return [model.emptiness.how === 'flag' ? 'emptied' : 'item_count'];
}
