import { percent, type Verdict } from './verdict.ts';

/** Somebody's decision that a limit may be crossed, once. */
export interface Allowance {
  /** `MODEL.LIMIT`, or `MODEL.LIMIT.ATTRIBUTE`. */
  readonly limit: string;
  /** Up to this many people or events. */
  readonly number?: number | undefined;
  /** Up to this share of the people, from 0 to 1. */
  readonly share?: number | undefined;
  readonly reason: string;
}

const SPELLING = /^([^=]+?)(?:=(?:(\d+)|(\d+(?:\.\d+)?)%))?$/;

/** Reads `customers.attributes.vip_tier`, with `=500` or `=60%` for up to so much; undefined when it is neither. */
export function parseAllowance(text: string, reason: string): Allowance | undefined {
  const [, limit, number, share] = SPELLING.exec(text) ?? [];
  if (limit === undefined) return undefined;
  return {
    limit,
    ...(number === undefined ? {} : { number: Number(number) }),
    ...(share === undefined ? {} : { share: Number(share) / 100 }),
    reason,
  };
}

/** The verdicts, with those that somebody allowed no longer stopping. */
export function allow(verdicts: readonly Verdict[], allowances: readonly Allowance[]): readonly Verdict[] {
  return verdicts.map((verdict) => {
    if (verdict.level !== 'stop' || verdict.limit === undefined) return verdict;
    const named = allowances.filter(({ limit }) => covers(limit, verdict.limit ?? ''));
    const granting = named.find((allowance) => isWithin(verdict, allowance));
    if (granting !== undefined) {
      const { reason } = granting;
      return { ...verdict, level: 'allowed', message: `${verdict.message}; allowed: ${reason}`, reason };
    }
    const [tooSmall] = named;
    if (tooSmall === undefined) return verdict;
    return { ...verdict, message: `${verdict.message}, and ${boundWords(tooSmall)} is allowed` };
  });
}

/** Allowances that no verdict needed. */
export function unneeded(
  verdicts: readonly Verdict[],
  allowances: readonly Allowance[],
): readonly Allowance[] {
  return allowances.filter(({ limit }) => !verdicts.some((verdict) => covers(limit, verdict.limit ?? '')));
}

/** `customers.attributes` stands for all attributes. */
function covers(allowed: string, limit: string): boolean {
  return limit === allowed || limit.startsWith(`${allowed}.`);
}

function isWithin({ reach }: Verdict, { number, share }: Allowance): boolean {
  if (reach === undefined) return true;
  return (
    reach.number <= (number ?? Number.POSITIVE_INFINITY) && reach.share <= (share ?? Number.POSITIVE_INFINITY)
  );
}

function boundWords({ number, share }: Allowance): string {
  return share === undefined ? `up to ${number ?? 0}` : `up to ${percent(share)}`;
}
