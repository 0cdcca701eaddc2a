import type { ChangeSource } from '../core/contract/capture-rule.ts';
import type { AbandonmentModel, Model } from '../core/contract/contract.ts';
import type { EventStart } from '../core/guard/event-start.ts';
import { bindQuery, MARGIN_SECONDS } from '../core/sql/bind-query.ts';
import { changeSql, lookUpSql } from '../core/sql/change-query.ts';
import type { KeySort } from '../core/sql/key-list.ts';
import { bindScopes } from '../core/sql/scope-comment.ts';
import type { SourceQuery } from '../ports/source.ts';

/** The queries of a model with their parameters bound. */
export interface ModelQueries {
  readonly rows: SourceQuery;
  /** For carts whose orders come from a query of their own. */
  readonly orders: SourceQuery | undefined;
  /** By the sources of changed keys, in their order. */
  readonly changes: readonly ChangeQueries[];
}

/** The queries that lead from changed rows to keys. */
export interface ChangeQueries {
  /** Keys, or what they are looked up by, and when they changed. */
  readonly changed: SourceQuery;
  readonly lookUp: SourceQuery | undefined;
}

/** The model's queries for this moment; `start` is missing for people. */
export function queriesOf(model: Model, start: EventStart | undefined, now: number): ModelQueries {
  return {
    rows: queryOf(model, start, now),
    orders: model.kind === 'abandonment' ? ordersQueryOf(model, now) : undefined,
    changes: (model.capture?.sources ?? []).map((source) => describedChange(model, source, now)),
  };
}

/** The query for a model's rows. Of carts, those matter that are young enough to fire, whenever the event started. */
export function queryOf(model: Model, start: EventStart | undefined, now: number): SourceQuery {
  const since = model.kind === 'abandonment' ? now - model.notAfterSeconds : (start?.startsAt ?? 0);
  const until = Math.min(now, start?.endsAt ?? now);
  return { model: model.name, sql: bindQuery(model.sql, model.timeZone, { since, until, now }) };
}

/** As they are described: nothing but their shape matters. */
function describedChange(model: Model, source: ChangeSource, now: number): ChangeQueries {
  const { timeZone } = model;
  const keysSql = source.kind === 'table' ? source.keysSql : undefined;
  return {
    changed: changeQuery(model, changeSql(source, { since: now, now, timeZone, kind: 'datetime' })),
    lookUp: keysSql === undefined ? undefined : changeQuery(model, lookUpSql(keysSql, [], 'number')),
  };
}

/** A query that finds changed keys of a model. */
export function changeQuery({ name }: Model, sql: string): SourceQuery {
  return { model: `${name}, changed keys`, sql };
}

/** The query for the rows that changed since then: its own :since bounds them. */
export function changedQueryOf(
  model: Model,
  start: EventStart | undefined,
  now: number,
  changedSince: number,
): SourceQuery {
  const since = Math.max(changedSince, (start?.startsAt ?? 0) - MARGIN_SECONDS);
  const times = { since, until: now, now, isSinceExact: true };
  return { model: model.name, sql: bindQuery(model.sql, model.timeZone, times) };
}

/** The query for the rows of some keys. */
export function scopedQueryOf(
  model: Model,
  start: EventStart | undefined,
  now: number,
  { keys, sort }: { readonly keys: readonly string[]; readonly sort: KeySort },
): SourceQuery {
  const { sql } = queryOf({ ...model, sql: bindScopes(model.sql, keys, sort) }, start, now);
  return { model: model.name, sql };
}

/** Orders matter that may lie behind the last activity of a cart which is young enough to fire. */
function ordersQueryOf(model: AbandonmentModel, now: number): SourceQuery | undefined {
  const { orders, notAfterSeconds, afterSeconds, timeZone, name } = model;
  if (orders === undefined) return undefined;
  const since = now - notAfterSeconds - afterSeconds;
  return { model: name, sql: bindQuery(orders.sql, timeZone, { since, until: now, now }) };
}
