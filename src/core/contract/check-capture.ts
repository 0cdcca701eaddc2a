import { parametersOf } from '../sql/parameters.ts';
import { scopesOf } from '../sql/scope-comment.ts';
import { checkSelectOnly } from '../sql/select-only.ts';
import type { CaptureRule, CursorCapture, WatchedTable } from './capture-rule.ts';
import type { CaptureRulesYaml, CaptureYaml } from './capture-schema.ts';
import type { Model } from './contract.ts';
import type { Problem } from './problem.ts';
import type { YamlFile, YamlPath } from './yaml-file.ts';

const GUIDE = 'docs/guides/capture.md shows both.';

/** What is wrong in `capture`, and what the rest of the model lacks for it. */
export function checkCapture(model: Model, yaml: YamlFile): readonly Problem[] {
  const source = (yaml.value as { readonly capture?: CaptureYaml }).capture;
  if (source === undefined || source === 'full') return [];
  if (model.kind !== 'people' && model.kind !== 'event') {
    const message = `a model of kind ${model.kind} is always read whole`;
    return [yaml.problemAt(['capture'], message, 'Remove `capture`.', 'key')];
  }
  const { capture } = model;
  if (capture === undefined) return [];
  return [
    ...wayProblems(model, source, yaml),
    ...(capture.cursor === undefined ? keyProblems(model, yaml) : cursorProblems(model, source, yaml)),
    ...capture.sources.flatMap((each) =>
      each.kind === 'table' ? tableProblems(each, yaml) : changedProblems(each.sql, yaml),
    ),
    ...overlapProblems(capture, yaml),
  ];
}

function wayProblems(model: Model, source: CaptureRulesYaml, yaml: YamlFile): readonly Problem[] {
  const ways = (['tables', 'changed', 'cursor'] as const).filter((way) => source[way] !== undefined);
  if (ways.length === 1) return [];
  const [first, second] = ways;
  if (first === undefined || second === undefined) {
    const message = 'nothing says which rows have changed';
    const also = model.kind === 'event' ? ', `cursor`' : '';
    return [yaml.problemAt(['capture'], message, `Add \`tables\`, \`changed\`${also}: ${GUIDE}`, 'key')];
  }
  const message = `\`${first}\` and \`${second}\` both say which rows have changed`;
  return [yaml.problemAt(['capture', second], message, 'Keep one of them.', 'key')];
}

function keyProblems(model: Model, yaml: YamlFile): readonly Problem[] {
  const problems: Problem[] = [];
  if (scopesOf(model.sql).length === 0) {
    const hint =
      'Write `/* scope: alias.column */` after each WHERE that is to be narrowed to the changed keys.';
    problems.push(yaml.problemAt(['capture'], `${model.sqlFile} has no scope comment`, hint, 'key'));
  }
  if (model.kind === 'people' && model.keyColumn === undefined) {
    const message = 'changed people are found by the canonical identifier, which this model does not give';
    problems.push(yaml.problemAt(['person'], message, 'Add its column, or remove `capture`.', 'key'));
  }
  return problems;
}

function cursorProblems(model: Model, source: CaptureRulesYaml, yaml: YamlFile): readonly Problem[] {
  if (model.kind !== 'event') {
    const message = '`cursor` is for events: people are read by their keys';
    return [yaml.problemAt(['capture', 'cursor'], message, `Use \`tables\` or \`changed\`: ${GUIDE}`, 'key')];
  }
  if (source.time_zone !== undefined) {
    const message = 'with `cursor`, times are in the zone of the model';
    return [yaml.problemAt(['capture', 'time_zone'], message, 'Move `time_zone` out of `capture`.', 'key')];
  }
  if (parametersOf(model.sql).some(({ name }) => isSince(name))) return [];
  const message = `${model.sqlFile} does not use :since`;
  const hint = 'Bound the column with it, such as `updated_at >= :since` (`:since_utc` for a TIMESTAMP).';
  return [yaml.problemAt(['capture', 'cursor'], message, hint)];
}

function tableProblems({ table, keysSql, changedAt }: WatchedTable, yaml: YamlFile): readonly Problem[] {
  const path = ['capture', 'tables', table];
  const problems: Problem[] = [];
  if (changedAt === undefined) {
    const hint = 'Add `changed_at: COLUMN` here, or once for all tables under `capture`.';
    problems.push(yaml.problemAt(path, `nothing says when a row of ${table} was changed`, hint, 'key'));
  }
  if (keysSql === undefined) return problems;
  const isNarrow = parametersOf(keysSql).some(({ name }) => name === 'keys');
  const notNarrow = '`keys` does not use :keys, the values it is to look up';
  if (!isNarrow) {
    const hint = 'Such as: SELECT customer_id FROM orders WHERE id IN (:keys)';
    problems.push(yaml.problemAt([...path, 'keys'], notNarrow, hint));
  }
  return [...problems, ...queryProblems(keysSql, [...path, 'keys'], ['keys'], yaml)];
}

function changedProblems(sql: string, yaml: YamlFile): readonly Problem[] {
  const path = ['capture', 'changed'];
  const problems = queryProblems(sql, path, ['since', 'since_utc', 'now', 'now_utc'], yaml);
  if (parametersOf(sql).some(({ name }) => isSince(name))) return problems;
  const hint = 'Such as: SELECT id, updated_at FROM customers WHERE updated_at >= :since';
  return [...problems, yaml.problemAt(path, '`changed` does not use :since', hint)];
}

/** The query stands in the YAML file, so that its problems are placed at its beginning. */
function queryProblems(
  sql: string,
  path: YamlPath,
  parameters: readonly string[],
  yaml: YamlFile,
): readonly Problem[] {
  const unknown = parametersOf(sql).filter(({ name }) => !parameters.includes(name));
  return [
    ...checkSelectOnly('', sql, undefined).map(({ message, hint }) => yaml.problemAt(path, message, hint)),
    ...unknown.map(({ name }) => {
      const known = parameters.map((each) => `:${each}`).join(', ');
      return yaml.problemAt(path, `\`:${name}\` has no meaning here`, `Known are ${known}.`);
    }),
  ];
}

function overlapProblems(
  { overlapSeconds, overlapSecondsMax }: CursorCapture,
  yaml: YamlFile,
): readonly Problem[] {
  if (overlapSeconds <= overlapSecondsMax) return [];
  const message = '`overlap` is longer than `overlap_max`';
  return [yaml.problemAt(['capture', 'overlap'], message, 'Shorten the one or lengthen the other.')];
}

function isSince(name: string): boolean {
  return name === 'since' || name === 'since_utc';
}

/** Columns of the model's query that capture needs. */
export function captureColumns(capture: CaptureRule): readonly string[] {
  return capture?.cursor === undefined ? [] : [capture.cursor];
}
