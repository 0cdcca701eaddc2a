import type { Clock } from '../ports/clock.ts';
import type { Destination } from '../ports/destination.ts';
import type { SpoolStore } from '../ports/spool.ts';
import type { StrangerGate } from './identity/stranger-gate.ts';
import type { RefusedPeople } from './refused-people.ts';
import type { SettleGate } from './settle-gate.ts';

/** What delivering needs, whatever is delivered. */
export interface DeliveryOptions {
  readonly planId: string;
  readonly spools: SpoolStore;
  readonly destination: Destination;
  readonly clock: Clock;
  readonly requestsInFlight: number;
  readonly signal: AbortSignal | undefined;
  /** People refused in this run; filled while people are delivered, and asked for events. */
  readonly refusedPeople: RefusedPeople;
  /** Told what was sent of people; undefined when no event waits for it. */
  readonly settleGate: SettleGate | undefined;
  /** Undefined when only people whom a model has delivered have events. */
  readonly strangers: StrangerGate | undefined;
  /** Holds events back to a pace, or stops them; undefined: nothing does. */
  readonly eventPace?: EventPace | undefined;
}

/** What watches over events while they are sent. */
export interface EventPace {
  /** No request holds more events; undefined: as many as it takes. */
  readonly perRequestMax: number | undefined;
  /** Resolves when so many events may leave. Throws when none may any more. */
  before(events: number, signal: AbortSignal | undefined): Promise<void>;
}
