import { checkColumns } from '../core/contract/check-columns.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import { InvalidContractError, type Problem } from '../core/contract/problem.ts';
import type { SourceColumn } from '../core/contract/source-column.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import type { Source, SourceQuery } from '../ports/source.ts';

/** A model with the columns that its query returns. */
export interface DescribedModel {
  readonly model: Model;
  readonly columns: readonly SourceColumn[];
}

/**
 * Asks MySQL what every query returns and compares that with the contract, before anything is read or sent.
 * @throws InvalidContractError with every problem of every model.
 */
export async function describeModels(
  source: Source,
  contract: Contract,
  models: readonly Model[],
  queryOf: (model: Model) => SourceQuery,
): Promise<readonly DescribedModel[]> {
  const described: DescribedModel[] = [];
  const problems: Problem[] = [];
  for (const model of models) {
    // One connection answers one question at a time.
    const columns = await columnsOf(source, queryOf(model));
    if (columns instanceof MillraceError) problems.push(queryProblem(model, columns));
    else {
      problems.push(...columnProblems(contract, model, columns));
      described.push({ model, columns });
    }
  }
  if (problems.length > 0) throw new InvalidContractError(problems, 'columns_differ');
  return described;
}

function columnProblems(
  contract: Contract,
  model: Model,
  columns: readonly SourceColumn[],
): readonly Problem[] {
  const yaml = contract.yamlFiles.get(model.file);
  return yaml === undefined ? [] : checkColumns(model, columns, yaml);
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

function queryProblem(model: Model, error: MillraceError): Problem {
  return { file: model.sqlFile, line: 1, column: 1, message: error.message, hint: error.hint };
}
