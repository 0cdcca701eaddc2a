import { checkColumns, checkOrdersColumns } from '../core/contract/check-columns.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import { InvalidContractError, type Problem } from '../core/contract/problem.ts';
import type { SourceColumn } from '../core/contract/source-column.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import type { Source } from '../ports/source.ts';
import { type DescribedChange, describeChanges } from './capture/describe-changes.ts';
import { describeQuery } from './describe-query.ts';
import type { ModelQueries } from './model-queries.ts';

/** A model with the columns that its query returns. */
export interface DescribedModel {
  readonly model: Model;
  readonly columns: readonly SourceColumn[];
  /** For carts: columns of the query of orders. */
  readonly ordersColumns: readonly SourceColumn[];
  /** By the sources of changed keys, in their order. */
  readonly changes: readonly DescribedChange[];
}

/**
 * Asks MySQL what every query returns and compares that with the contract, before anything is read or sent.
 * @throws InvalidContractError with every problem of every model.
 */
export async function describeModels(
  source: Source,
  contract: Contract,
  models: readonly Model[],
  queriesOf: (model: Model) => ModelQueries,
): Promise<readonly DescribedModel[]> {
  const described: DescribedModel[] = [];
  const problems: Problem[] = [];
  for (const model of models) {
    const { rows, orders, changes: changeQueries } = queriesOf(model);
    // One connection answers one question at a time.
    const columns = await describeQuery(source, rows);
    const ordersColumns = orders === undefined ? [] : await describeQuery(source, orders);
    if (columns instanceof MillraceError) problems.push(queryProblem(model.sqlFile, columns));
    if (ordersColumns instanceof MillraceError) problems.push(queryProblem(model.file, ordersColumns));
    if (columns instanceof MillraceError || ordersColumns instanceof MillraceError) continue;
    const { changes, problems: changeProblems } = await describeChanges(
      source,
      model,
      changeQueries,
      contract.yamlFiles.get(model.file),
    );
    problems.push(...columnProblems(contract, { model, columns, ordersColumns, changes }), ...changeProblems);
    described.push({ model, columns, ordersColumns, changes });
  }
  if (problems.length > 0) throw new InvalidContractError(problems, 'columns_differ');
  return described;
}

function columnProblems(
  contract: Contract,
  { model, columns, ordersColumns }: DescribedModel,
): readonly Problem[] {
  const yaml = contract.yamlFiles.get(model.file);
  if (yaml === undefined) return [];
  const orders = model.kind === 'abandonment' ? model.orders : undefined;
  return [
    ...checkColumns(model, columns, yaml),
    ...(orders === undefined ? [] : checkOrdersColumns(model, orders, ordersColumns, yaml)),
  ];
}

function queryProblem(file: string, error: MillraceError): Problem {
  return { file, line: 1, column: 1, message: error.message, hint: error.hint };
}
