import { checkColumns, checkOrdersColumns } from '../core/contract/check-columns.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import { InvalidContractError, type Problem } from '../core/contract/problem.ts';
import type { SourceColumn } from '../core/contract/source-column.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import type { Source, SourceQuery } from '../ports/source.ts';
import type { ModelQueries } from './model-queries.ts';

/** A model with the columns that its query returns. */
export interface DescribedModel {
  readonly model: Model;
  readonly columns: readonly SourceColumn[];
  /** For carts: columns of the query of orders. */
  readonly ordersColumns: readonly SourceColumn[];
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
    const { rows, orders } = queriesOf(model);
    // One connection answers one question at a time.
    const columns = await columnsOf(source, rows);
    const ordersColumns = orders === undefined ? [] : await columnsOf(source, orders);
    if (columns instanceof MillraceError) problems.push(queryProblem(model.sqlFile, columns));
    if (ordersColumns instanceof MillraceError) problems.push(queryProblem(model.file, ordersColumns));
    if (columns instanceof MillraceError || ordersColumns instanceof MillraceError) continue;
    problems.push(...columnProblems(contract, { model, columns, ordersColumns }));
    described.push({ model, columns, ordersColumns });
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

/** Only a query that MySQL refuses is a matter of this model; other errors end the command. */
async function columnsOf(
  source: Source,
  query: SourceQuery,
): Promise<readonly SourceColumn[] | MillraceError> {
  try {
    return await source.describe(query);
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'source_query') return error;
    throw error;
  }
}

function queryProblem(file: string, error: MillraceError): Problem {
  return { file, line: 1, column: 1, message: error.message, hint: error.hint };
}
