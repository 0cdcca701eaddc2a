import type { SourceColumn } from '../core/contract/source-column.ts';
import { MillraceError } from '../core/errors/millrace-error.ts';
import type { Source, SourceQuery } from '../ports/source.ts';

/** What a query returns, or why MySQL refuses it. Only that is a matter of the model; other errors end the command. */
export async function describeQuery(
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
