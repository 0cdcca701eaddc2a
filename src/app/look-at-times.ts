import { settleTime } from '../core/contract/check-columns.ts';
import type { Contract, Model } from '../core/contract/contract.ts';
import type { SourceColumn } from '../core/contract/source-column.ts';
import { timeFields } from '../core/contract/time-fields.ts';
import { NOT_AFTER } from '../core/time/time-limits.ts';
import { TimeEvidence, type TimeFacts, type WatchedTime } from '../core/zones/time-evidence.ts';
import { unixSeconds } from '../ports/clock.ts';
import type { Source } from '../ports/source.ts';
import type { Toolbox } from '../ports/toolbox.ts';
import type { DescribedModel } from './check-models.ts';
import { queryOf } from './model-queries.ts';
import { firstRows } from './sample-rows.ts';

/** Rows of each model that are looked at: enough for a shop's year, read in a second or two. */
const ROWS_MAX = 50_000;

/** Fingerprints are not used here. */
const NO_SEED = 0;

/** Looks at the times in the rows of all models, to tell right zones from wrong ones. */
export async function lookAtTimes(
  toolbox: Toolbox,
  source: Source,
  contract: Contract,
  described: readonly DescribedModel[],
): Promise<TimeFacts> {
  const { timeZone, clockSkewSeconds } = contract.project;
  const now = unixSeconds(toolbox.clock);
  const options = { projectZone: timeZone, latest: now + clockSkewSeconds };
  const snapshot = await source.openSnapshot();
  try {
    const facts: Pick<TimeFacts, 'columns' | 'pairs'>[] = [];
    for (const { model, columns } of described) {
      const evidence = new TimeEvidence(watchedTimes(model, columns), options);
      toolbox.observer.observe({ kind: 'step', text: `Looking at times of ${model.name}` });
      // One after the other: they share one connection.
      const scan = await snapshot.scan(firstRows(queryOf(model, undefined, now), ROWS_MAX), NO_SEED);
      for await (const batch of scan.batches) evidence.take(batch);
      facts.push(evidence.facts());
    }
    return {
      projectZone: timeZone,
      columns: facts.flatMap(({ columns }) => columns),
      pairs: facts.flatMap(({ pairs }) => pairs),
    };
  } finally {
    await snapshot.close();
  }
}

function watchedTimes(model: Model, columns: readonly SourceColumn[]): readonly WatchedTime[] {
  const byColumn = new Map(timeFields(model).map((field) => [field.column, field]));
  return [...byColumn].flatMap(([name, field]) => {
    const index = columns.findIndex((column) => column.name === name);
    if (index < 0) return [];
    const isNumber = field.time.format !== 'datetime';
    const isZoneless = isNumber || columns[index]?.kind === 'timestamp';
    const rule = settleTime(field, columns, NOT_AFTER).time;
    return [{ model: model.name, column: name, index, rule, isZoneless }];
  });
}
