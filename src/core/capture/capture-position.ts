/** How far the changes of one model were followed. Times are unix seconds by the server's clock. */
export interface CapturePosition {
  readonly model: string;
  /** Of the model that was read; another one is read whole. */
  readonly definitionHash: string;
  /** Of the rules by which changed rows were found. */
  readonly captureHash: string;
  /** When the snapshot was opened that was read last. */
  readonly readAt: number;
  /** Begin of the oldest transaction that was open then; undefined when none was, or when it can not be seen. */
  readonly openSince: number | undefined;
  /** The server's clock minus ours. */
  readonly clockDifference: number;
  /** How long after their time of change rows were seen to come; 0: never. */
  readonly lag: number;
  readonly lagSeenAt: number;
  /** When the model was last read whole. */
  readonly fullReadAt: number;
}

/** A moment of the server, taken just before a snapshot is opened. */
export interface SourceMoment {
  /** Unix seconds by the server's clock. */
  readonly at: number;
  /** Begin of the oldest transaction that may still write; undefined when there is none. */
  readonly openSince: number | undefined;
  /** Whether this user may see the transactions of others. */
  readonly seesTransactions: boolean;
}
