/** How much a limit was crossed by. */
export interface Reach {
  readonly number: number;
  /** From 0 to 1. */
  readonly share: number;
}

/** What is to be said of one model before anything is sent. */
export interface Verdict {
  readonly model: string;
  /** `stop`: a limit is reached; `allowed`: it is, and somebody said why that is right. */
  readonly level: 'warning' | 'critical' | 'stop' | 'allowed';
  /** Of `stop`: the error that ends the run. Undefined: faults_over_threshold, or blast_radius for a limit. */
  readonly error?: 'removals_over_limit' | 'erasures_over_limit';
  readonly message: string;
  /** What `--allow` calls the limit: `customers.attributes.vip_tier`; undefined where nothing can be allowed. */
  readonly limit?: string;
  readonly reach?: Reach;
  /** Why it is allowed. */
  readonly reason?: string;
}

/** `4.2 %`; small shares keep two digits that say something. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
