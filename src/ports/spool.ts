/** Operations of one model on their way from reading to sending: records in a file that only the owner reads. */
export interface SpoolWriter {
  /** Adds one record behind those of earlier calls; its bytes are no longer needed when this resolves. */
  write(record: Uint8Array): Promise<void>;
  finish(): Promise<void>;
}

/** Keeps spools, by plan and model. */
export interface SpoolStore {
  create(planId: string, model: string): Promise<SpoolWriter>;
  /** The records in order, beginning with the one of this number (0 is the first). @throws ContractError `plan_foreign` when the spool is not here. */
  records(planId: string, model: string, from?: number): AsyncIterable<Buffer>;
  /** SHA-256 (hex) of what is stored now. @throws ContractError `plan_foreign` when the spool is not here. */
  digest(planId: string, model: string): Promise<string>;
  /** Rewrites a finished spool record by record; undefined leaves one out. */
  rewrite(planId: string, model: string, change: (record: Buffer) => Uint8Array | undefined): Promise<void>;
  /** Removes everything of one plan. */
  remove(planId: string): Promise<void>;
  /** Removes plans last written before the time given (unix ms). */
  removeOlderThan(time: number): Promise<void>;
}
