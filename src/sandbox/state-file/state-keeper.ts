import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxCore, SandboxSnapshot } from '../sandbox-core.ts';
import { readStateFile, writeStateFile } from './state-file.ts';
import { lockStateFile, type StateLock } from './state-lock.ts';

/** How long a change may wait for the file. */
const SAVE_EVERY_MS = 1000;
/** Writing a large state must not be all that the sandbox does: so much rest for each part of writing. */
const REST_FOR_WRITING = 4;

/**
 * Keeps the state of a sandbox in a file: reads it at the start, writes it soon after each change, and
 * at the close. Whoever kills the process loses what was accepted since the last writing, no more.
 */
export class StateKeeper {
  readonly #core: SandboxCore;
  readonly #path: string;
  readonly #lock: StateLock;
  readonly #closing = new AbortController();
  readonly #tell: (trouble: Error) => void;
  #savedChange = -1;
  #work: Promise<void> = Promise.resolve();

  private constructor(core: SandboxCore, path: string, lock: StateLock, tell: (trouble: Error) => void) {
    this.#core = core;
    this.#path = path;
    this.#lock = lock;
    this.#tell = tell;
  }

  /** `resume` gets what the file holds, if there is one. `tell` hears of writings that failed; they are tried again. */
  static async open(
    core: SandboxCore,
    path: string,
    resume: (snapshot: SandboxSnapshot) => void,
    tell: (trouble: Error) => void,
  ): Promise<StateKeeper> {
    const lock = await lockStateFile(path);
    const keeper = new StateKeeper(core, path, lock, tell);
    try {
      const snapshot = await readStateFile(path);
      if (snapshot !== undefined) resume(snapshot);
      await keeper.#save();
    } catch (error) {
      await lock.release();
      throw error;
    }
    return keeper;
  }

  /** Begins to write changes. */
  start(): void {
    this.#work = this.#saveAgainAndAgain();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#work;
    try {
      await this.#save();
    } finally {
      await this.#lock.release();
    }
  }

  /** Ends when the sandbox closes. */
  async #saveAgainAndAgain(): Promise<void> {
    let restMs = SAVE_EVERY_MS;
    while (await this.#rested(restMs)) {
      const startedAt = performance.now();
      await this.#save().catch(this.#tell);
      restMs = Math.max(SAVE_EVERY_MS, (performance.now() - startedAt) * REST_FOR_WRITING);
    }
  }

  /** False when the sandbox closes meanwhile. */
  async #rested(restMs: number): Promise<boolean> {
    const { signal } = this.#closing;
    await sleep(restMs, undefined, { signal }).catch(() => undefined);
    return !signal.aborted;
  }

  async #save(): Promise<void> {
    const change = this.#core.changeCount;
    if (change === this.#savedChange) return;
    await writeStateFile(this.#path, this.#core.snapshot());
    this.#savedChange = change;
  }
}
