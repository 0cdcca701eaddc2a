import { Tallies } from '../state/tallies.ts';

/** What an exchange adds to the counters. */
export interface CountedExchange {
  /** Method and pattern of the route. */
  readonly route: string;
  readonly outcome: string;
  readonly acceptedKinds: readonly string[];
  readonly refused: number;
  readonly silentlyDropped: number;
}

/** Requests and items since the start or the last reset. */
export class RequestCounters {
  readonly #byRoute = new Map<string, Tallies>();
  readonly #accepted = new Tallies();
  #refused = 0;
  #silentlyDropped = 0;

  add(exchange: CountedExchange): void {
    const outcomes = this.#byRoute.get(exchange.route) ?? new Tallies();
    outcomes.add(exchange.outcome);
    this.#byRoute.set(exchange.route, outcomes);
    for (const kind of exchange.acceptedKinds) this.#accepted.add(kind);
    this.#refused += exchange.refused;
    this.#silentlyDropped += exchange.silentlyDropped;
  }

  reading() {
    return {
      requests: Object.fromEntries([...this.#byRoute].map(([route, outcomes]) => [route, outcomes.all()])),
      items_accepted: this.#accepted.all(),
      items_refused: this.#refused,
      items_silently_dropped: this.#silentlyDropped,
    };
  }
}
