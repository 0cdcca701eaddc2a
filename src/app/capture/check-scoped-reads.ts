import { randomBytes } from 'node:crypto';
import { judgeChangedRead, judgeScopedRead } from '../../core/capture/judge-explain.ts';
import { KeySample, type ScopeDifference, scopeDifference } from '../../core/capture/key-sample.ts';
import type { Contract, Model } from '../../core/contract/contract.ts';
import { InvalidContractError, type Problem } from '../../core/contract/problem.ts';
import { personKey } from '../../core/identity/person-key.ts';
import type { KeySort } from '../../core/sql/key-list.ts';
import { scopesOf } from '../../core/sql/scope-comment.ts';
import { placeOf } from '../../core/sql/text-place.ts';
import type { Observer } from '../../ports/observer.ts';
import type { RowBatch, Snapshot, Source } from '../../ports/source.ts';
import type { DescribedModel } from '../check-models.ts';
import { queriesOf, queryOf, scopedQueryOf } from '../model-queries.ts';
import { scopedRows } from './scoped-rows.ts';

export interface ScopedReadsChecked {
  /** What makes reads by changes slow. */
  readonly advice: readonly Problem[];
  /** Model → keys whose rows were compared; undefined when no column of the query holds the key. */
  readonly compared: ReadonlyMap<string, number | undefined>;
}

export interface CheckScopedReadsOptions {
  readonly contract: Contract;
  readonly described: readonly DescribedModel[];
  /** Keys of each model whose rows are compared; 0 for none. */
  readonly keys: number;
  readonly now: number;
  readonly observer: Observer;
}

/** Keys with which a scoped read is explained; they need not exist. */
const EXPLAINED_KEYS = Array.from({ length: 50 }, (_, key) => String(key + 1));

/** Fingerprints are compared within one snapshot only. */
const SEED = 1;

/**
 * Has scoped reads explained by the server, and compares their rows with those of the whole query.
 * @throws InvalidContractError `scope_differs` when they are not the same.
 */
export async function checkScopedReads(
  source: Source,
  options: CheckScopedReadsOptions,
): Promise<ScopedReadsChecked> {
  const scoped = options.described.filter(({ model }) => scopesOf(model.sql).length > 0);
  const advice: Problem[] = [];
  const problems: Problem[] = [];
  const compared = new Map<string, number | undefined>();
  const snapshot = await source.openSnapshot();
  try {
    for (const described of options.described)
      advice.push(...(await explained(snapshot, described, options)));
    for (const described of options.keys > 0 ? scoped : []) {
      const { model } = described;
      options.observer.observe({ kind: 'step', text: `Comparing scoped rows of ${model.name}` });
      // One after the other: they share one connection.
      const found = await compare(snapshot, described, options);
      compared.set(model.name, found?.keys);
      if (found?.difference !== undefined)
        problems.push(differenceProblem(model, found.keys, found.difference));
    }
  } finally {
    await snapshot.close();
  }
  if (problems.length > 0) throw new InvalidContractError(problems, 'scope_differs');
  return { advice, compared };
}

async function explained(
  snapshot: Snapshot,
  described: DescribedModel,
  { contract, now }: CheckScopedReadsOptions,
): Promise<readonly Problem[]> {
  const { model, changes } = described;
  const advice: Problem[] = [];
  if (scopesOf(model.sql).length > 0) {
    const query = scopedQueryOf(model, undefined, now, { keys: EXPLAINED_KEYS, sort: sortOf(described) });
    advice.push(...judgeScopedRead(model, await snapshot.explain(query)));
  }
  const yaml = contract.yamlFiles.get(model.file);
  for (const [index, { changed }] of queriesOf(model, undefined, now).changes.entries()) {
    const change = changes[index];
    const changedAt = change?.source.kind === 'table' ? change.source.changedAt : undefined;
    const path =
      change?.source.kind === 'table' ? ['capture', 'tables', change.source.table] : ['capture', 'changed'];
    const complaints = [
      ...judgeChangedRead(await snapshot.explain(changed), changedAt),
      ...(change?.isNullable === true ? [NULLABLE] : []),
    ];
    advice.push(
      ...complaints.flatMap(({ message, hint }) => yaml?.problemAt(path, message, hint, 'key') ?? []),
    );
  }
  return advice;
}

const NULLABLE = {
  message: 'the time of change can be NULL',
  hint: 'Rows in which it is NULL are found by a reconcile only: give the column a default, and NOT NULL.',
};

async function compare(
  snapshot: Snapshot,
  described: DescribedModel,
  { contract, keys: size, now }: CheckScopedReadsOptions,
): Promise<{ readonly keys: number; readonly difference: ScopeDifference | undefined } | undefined> {
  const { model } = described;
  const place = keyPlace(described);
  if (place === undefined) return undefined;
  const nameOf = (cell: string | null | undefined): string | undefined => {
    if (model.kind !== 'people' || cell == null) return cell ?? undefined;
    const checked = personKey(cell, contract.project.canonical);
    return 'key' in checked ? checked.key : undefined;
  };
  const whole = new KeySample(size, randomBytes(8).toString('hex'));
  const { batches } = await snapshot.scan(queryOf(model, undefined, now), SEED);
  await eachRow(batches, (batch, row) => {
    const key = nameOf(batch.cells(row)[place]);
    if (key !== undefined) whole.add(key, printOf(batch, row));
  });
  const rows = whole.rows();
  const scoped = new Map<string, string[]>();
  const asked = scopedRows(
    [...rows.keys()],
    (keys) => scopedQueryOf(model, undefined, now, { keys, sort: sortOf(described) }),
    (query) => snapshot.scan(query, SEED),
  );
  await eachRow(asked, (batch, row) => {
    const key = nameOf(batch.cells(row)[place]) ?? NO_KEY;
    scoped.set(key, [...(scoped.get(key) ?? []), printOf(batch, row)]);
  });
  return { keys: rows.size, difference: scopeDifference(rows, scoped) };
}

const NO_KEY = '(no key)';

async function eachRow(
  batches: AsyncIterable<RowBatch>,
  look: (batch: RowBatch, row: number) => void,
): Promise<void> {
  for await (const batch of batches) for (let row = 0; row < batch.length; row += 1) look(batch, row);
}

function printOf(batch: RowBatch, row: number): string {
  return `${batch.fingerprintHigh(row)} ${batch.fingerprintLow(row)}`;
}

/** Place of the key in the rows; undefined when no column is known to hold it. */
function keyPlace({ model, columns }: DescribedModel): number | undefined {
  const name =
    model.kind === 'people'
      ? model.keyColumn
      : scopedColumn(
          model,
          columns.map((column) => column.name),
        );
  const place = columns.findIndex((column) => column.name === name);
  return place < 0 ? undefined : place;
}

/** Of an event: the column that a scope names, or the only one of its id. */
function scopedColumn(model: Model, columns: readonly string[]): string | undefined {
  const names = scopesOf(model.sql).map(({ expression }) =>
    expression.split('.').at(-1)?.replaceAll('`', '').trim(),
  );
  const named = names.find((name) => name !== undefined && columns.includes(name));
  if (named !== undefined || model.kind !== 'event') return named;
  return model.eventIdColumns.length === 1 ? model.eventIdColumns[0] : undefined;
}

/** As the sources of changed keys say; without them, as the query returns the key. */
function sortOf(described: DescribedModel): KeySort {
  const { changes, columns } = described;
  if (changes.length > 0) return changes.every(({ key }) => key === 'number') ? 'number' : 'text';
  const place = keyPlace(described);
  return place !== undefined && columns[place]?.kind === 'number' ? 'number' : 'text';
}

function differenceProblem({ sqlFile, sql }: Model, keys: number, found: ScopeDifference): Problem {
  const parts = [
    ...(found.missing > 0 ? [`rows are missing for ${found.missing}`] : []),
    ...(found.other > 0 ? [`rows are others for ${found.other}`] : []),
    ...(found.unasked > 0 ? [`rows came for ${found.unasked} that were not asked for`] : []),
  ];
  const hint =
    found.unasked > 0
      ? 'The outer query has no scope, or one that is not the key of the row.'
      : 'A scope names another column than the key, or a part counts over several keys (a rank, a share): leave it whole.';
  return {
    file: sqlFile,
    ...placeOf(sql, scopesOf(sql)[0]?.offset ?? 0),
    message: `of ${keys} keys, a scoped read does not bring what the whole query says: ${parts.join(', ')}`,
    hint,
  };
}
