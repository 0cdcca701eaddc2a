import type { AbandonmentModel, Model } from '../core/contract/contract.ts';
import type { EventStart } from '../core/guard/event-start.ts';
import { bindQuery } from '../core/sql/bind-query.ts';
import type { SourceQuery } from '../ports/source.ts';

/** The queries of a model with their parameters bound. */
export interface ModelQueries {
  readonly rows: SourceQuery;
  /** For carts whose orders come from a query of their own. */
  readonly orders: SourceQuery | undefined;
}

/** The model's queries for this moment; `start` is missing for people. */
export function queriesOf(model: Model, start: EventStart | undefined, now: number): ModelQueries {
  return {
    rows: queryOf(model, start, now),
    orders: model.kind === 'abandonment' ? ordersQueryOf(model, now) : undefined,
  };
}

/** The query for a model's rows. Of carts, those matter that are young enough to fire, whenever the event started. */
export function queryOf(model: Model, start: EventStart | undefined, now: number): SourceQuery {
  const since = model.kind === 'abandonment' ? now - model.notAfterSeconds : (start?.startsAt ?? 0);
  const until = Math.min(now, start?.endsAt ?? now);
  return { model: model.name, sql: bindQuery(model.sql, model.timeZone, { since, until, now }) };
}

/** Orders matter that may lie behind the last activity of a cart which is young enough to fire. */
function ordersQueryOf(model: AbandonmentModel, now: number): SourceQuery | undefined {
  const { orders, notAfterSeconds, afterSeconds, timeZone, name } = model;
  if (orders === undefined) return undefined;
  const since = now - notAfterSeconds - afterSeconds;
  return { model: name, sql: bindQuery(orders.sql, timeZone, { since, until: now, now }) };
}
