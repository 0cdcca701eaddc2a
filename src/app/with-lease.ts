import { BESIDE_THE_RING, type KeyRange, WHOLE_RING } from '../core/diff/key-range.ts';
import { LEASE_RENEWAL_SECONDS, type Lease } from '../core/state/lease.ts';
import type { StateStore } from '../ports/state-store.ts';
import type { Session } from './session.ts';

/**
 * Opens the workspace's state, and writes to it alone for as long as the work takes. `command` is shown to
 * whoever has to wait. @throws StateError `state_busy` when somebody else writes.
 */
export function withLease<T>(
  session: Session,
  command: string,
  work: (state: StateStore, lease: Lease) => Promise<T>,
): Promise<T> {
  return withLeaseOn(session, { command, range: WHOLE_RING }, work);
}

/**
 * Is the only service on the workspace's state for as long as the work takes. Whoever writes, the service
 * included, takes a lease of their own for that. @throws StateError `state_busy` when there is another service.
 */
export function withServiceLease<T>(
  session: Session,
  command: string,
  work: (state: StateStore) => Promise<T>,
): Promise<T> {
  return withLeaseOn(session, { command, range: BESIDE_THE_RING }, work);
}

interface Claim {
  /** Shown to whoever has to wait. */
  readonly command: string;
  readonly range: KeyRange;
}

async function withLeaseOn<T>(
  session: Session,
  claim: Claim,
  work: (state: StateStore, lease: Lease) => Promise<T>,
): Promise<T> {
  const state = await session.states.open(session.workspaceName);
  try {
    const lease = await acquire(session, state, claim);
    const stopRenewing = keepRenewing(session, state, lease);
    try {
      return await work(state, lease);
    } finally {
      stopRenewing();
      await state.leases.releaseLease(lease).catch(() => undefined);
    }
  } finally {
    await state.close();
  }
}

function acquire(session: Session, state: StateStore, { command, range }: Claim): Promise<Lease> {
  const { clock, host, processId } = session.toolbox;
  return state.leases.acquireLease({
    range,
    holder: { command, host, processId },
    now: clock.now(),
  });
}

/** A lost lease is noticed by the next write, which it makes fail. */
function keepRenewing(session: Session, state: StateStore, lease: Lease): () => void {
  const renew = (): void => {
    state.leases.renewLease(lease, session.toolbox.clock.now()).catch(() => undefined);
  };
  const timer = setInterval(renew, LEASE_RENEWAL_SECONDS * 1000);
  timer.unref();
  return () => clearInterval(timer);
}
