import type { SandboxSnapshot as SnapshotHandle } from './admin-api/sandbox-admin.ts';
import type { SandboxCore, SandboxSnapshot } from './sandbox-core.ts';
import { SandboxError } from './sandbox-error.ts';

/** The state of a sandbox at one moment, to come back to; what it holds is the sandbox's own affair. */
export class TakenSnapshot implements SnapshotHandle {
  readonly takenAtMs: number;
  readonly people: number;
  readonly events: number;
  readonly #content: SandboxSnapshot;

  constructor(core: SandboxCore) {
    const state = core.workspace.state();
    this.#content = core.snapshot();
    this.takenAtMs = core.clock.nowMs();
    this.people = state.people.liveCount;
    this.events = state.activities.eventCount;
  }

  /** Throws for anything that `snapshot()` did not give. */
  static of(handle: SnapshotHandle): TakenSnapshot {
    if (handle instanceof TakenSnapshot) return handle;
    throw new SandboxError('restore takes what snapshot() gave');
  }

  /** Any number of times, into any sandbox of this process. */
  restoreInto(core: SandboxCore): void {
    core.restore(this.#content);
  }
}

/** Each holds a whole workspace, so there are few. */
const SNAPSHOTS_MAX = 20;

/** Snapshots by name, for tests over HTTP and for the pages. A reset leaves them alone. */
export class TakenSnapshots {
  readonly #byName = new Map<string, TakenSnapshot>();

  take(name: string, core: SandboxCore): TakenSnapshot {
    if (!this.#byName.has(name) && this.#byName.size >= SNAPSHOTS_MAX) {
      throw new SandboxError(`there are ${SNAPSHOTS_MAX} snapshots already; use one of their names again`);
    }
    const taken = new TakenSnapshot(core);
    this.#byName.set(name, taken);
    return taken;
  }

  restore(name: string, core: SandboxCore): void {
    const taken = this.#byName.get(name);
    if (taken === undefined) {
      const known = [...this.#byName.keys()].join(', ');
      throw new SandboxError(`there is no snapshot "${name}"; there are: ${known === '' ? 'none' : known}`);
    }
    taken.restoreInto(core);
  }

  remove(name: string): void {
    this.#byName.delete(name);
  }

  list(): readonly (readonly [string, TakenSnapshot])[] {
    return [...this.#byName];
  }
}
