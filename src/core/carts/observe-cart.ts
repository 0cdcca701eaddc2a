import { createHash } from 'node:crypto';
import type { CartRule, CartSession } from './cart-session.ts';
import type { CartActivity } from './judge-carts.ts';

/** Bytes of a content hash: enough that two contents are never taken for each other. */
const HASH_BYTES = 16;

/** Length that stands for NULL, which is not the same as an empty text. */
const NULL_LENGTH = 0xffff_ffff;

/** What is known when a cart without a changed-at column is looked at. Times in unix seconds. */
export interface Observation {
  readonly content: string;
  readonly session: CartSession | undefined;
  /** When the carts were last read; undefined when they never were. */
  readonly watchedAt: number | undefined;
  readonly rule: CartRule;
  readonly now: number;
}

/**
 * A content that differs from the last read's changed between that read and now. Undefined when that says too
 * little: nobody watched, or so long ago that the change may be older than `not_after`.
 */
export function observedActivity(observation: Observation): CartActivity | undefined {
  const { content, session, watchedAt, rule, now } = observation;
  if (session?.content === content) {
    return session.state === 'unproven'
      ? undefined
      : { at: session.burst.until, earliest: session.activityFrom };
  }
  // What is observed differs, so that the contents can not be compared.
  if (session !== undefined && observedBy(session.content) !== observedBy(content)) return undefined;
  if (watchedAt === undefined || now - watchedAt > rule.notAfterSeconds) return undefined;
  return { at: now, earliest: Math.min(watchedAt, now) };
}

/** A session that was observed by a clock which has been put back since: nothing observed lies in the future. */
export function notAfterNow(session: CartSession, now: number): CartSession {
  const { burst, emitted, activityFrom } = session;
  const clamp = (at: number): number => Math.min(at, now);
  return {
    ...session,
    burst: { from: clamp(burst.from), until: clamp(burst.until) },
    activityFrom: clamp(activityFrom),
    emitted: emitted.map(({ person, from, until }) => ({ person, from: clamp(from), until: clamp(until) })),
  };
}

/** What was observed: the part of a content before the colon. */
function observedBy(content: string | undefined): string | undefined {
  return content?.slice(0, content.indexOf(':') + 1);
}

/** Hash of the observed cells, the same on every machine. */
export function contentHash(cells: readonly (string | null)[]): string {
  const hash = createHash('sha256');
  for (const cell of cells) {
    const bytes = Buffer.from(cell ?? '', 'utf8');
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(cell === null ? NULL_LENGTH : bytes.length);
    hash.update(length).update(bytes);
  }
  return hash.digest().subarray(0, HASH_BYTES).toString('hex');
}
