import type { Clock } from '../ports/clock.ts';
import type { Destination } from '../ports/destination.ts';
import type { SpoolStore } from '../ports/spool.ts';
import type { StrangerGate } from './identity/stranger-gate.ts';
import type { RefusedPeople } from './refused-people.ts';

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
  /** Undefined when only people whom a model has delivered have events. */
  readonly strangers: StrangerGate | undefined;
}
