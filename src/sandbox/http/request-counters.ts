import { Tallies, type TallySnapshot } from '../state/tallies.ts';

/** What an exchange adds to the counters. */
export interface CountedExchange {
  /** Method and pattern of the route. */
  readonly route: string;
  readonly outcome: string;
  readonly acceptedKinds: readonly string[];
  readonly refused: number;
  readonly silentlyDropped: number;
}

export type CountersSnapshot = ReturnType<RequestCounters['snapshot']>;

/** Requests and items since the start or the last reset. */
export class RequestCounters {
  readonly #byRoute: Map<string, Tallies>;
  readonly #accepted: Tallies;
  #refused: number;
  #silentlyDropped: number;

  constructor(from?: CountersSnapshot) {
    const byRoute: ReadonlyMap<string, TallySnapshot> = from?.byRoute ?? new Map();
    this.#byRoute = new Map(
      Array.from(byRoute, ([route, tallies]) => [route, new Tallies(tallies)] as const),
    );
    this.#accepted = new Tallies(from?.accepted);
    this.#refused = from?.refused ?? 0;
    this.#silentlyDropped = from?.silentlyDropped ?? 0;
  }

  snapshot() {
    return {
      byRoute: new Map(Array.from(this.#byRoute, ([route, tallies]) => [route, tallies.snapshot()] as const)),
      accepted: this.#accepted.snapshot(),
      refused: this.#refused,
      silentlyDropped: this.#silentlyDropped,
    } as const;
  }

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
