/** Operations of one model on their way from reading to sending: lines of text in a file that only the owner reads. */
export interface SpoolWriter {
  /** Adds one line. Resolves when the writer can take more. */
  write(line: string): Promise<void> | undefined;
  /** Ends writing. @returns what the finished spool holds. */
  finish(): Promise<SpoolDigest>;
  /** Closes and removes the file. */
  discard(): Promise<void>;
}

export interface SpoolDigest {
  readonly lines: number;
  /** SHA-256 (hex) of the file. */
  readonly sha256: string;
}

/** Keeps spools, by plan and model. */
export interface SpoolStore {
  create(planId: string, model: string): Promise<SpoolWriter>;
  /** The lines, some hundred at a time. @throws ContractError `plan_foreign` when the spool is not here. */
  lines(planId: string, model: string): AsyncIterable<readonly string[]>;
  /** Digest of what is stored now. */
  digest(planId: string, model: string): Promise<SpoolDigest>;
  /** Removes everything of one plan. */
  remove(planId: string): Promise<void>;
  /** Removes plans made before the time given (unix ms), except those listed. */
  removeOlderThan(time: number): Promise<void>;
}
