/**
 *                 active                due                claim               accept
 *      (new) ──────────────▶ open ────────────▶ due ────────────▶ claimed ────────────▶ emitted
 *                            ▲  │                │                   │                     │
 *      taken back, refilled  │  │ converted, superseded, emptied,    │                     │ activity after
 *                            │  ▼ expired, joined, unproven, gone    │                     ▼ the burst
 *                           closed ◀─────────────┴───────────────────┘              (new): another session
 *
 * A session is a burst of activity in a cart. Until its event has left, what each read finds decides alone,
 * so that it does not matter how often is read. What a session must never forget is its claim: the key of the
 * event that is about to leave, written down before it does. SPEC.md holds the rules.
 */
export type SessionState =
  /** Somebody may still be at it. */
  | 'open'
  /** Quiet for long enough; the event is made, or held back by a guard. */
  | 'due'
  /** Its event may have left. */
  | 'claimed'
  /** Its event was accepted, for this cart or for another one of the same burst. */
  | 'emitted'
  /** Bought. */
  | 'converted'
  /** The same person ordered something, by whatever way. */
  | 'superseded'
  | 'emptied'
  /** Too old to be spoken of. */
  | 'expired'
  /** Another cart of the same person, in the same burst, speaks for it. */
  | 'joined'
  /** Seen first when its age could not be known (sources without a changed-at column). */
  | 'unproven'
  /** No longer in the query. */
  | 'gone';

/** What a read finds out about a cart, and what becomes of its event. */
export type CartInput =
  | 'active'
  | 'due'
  | 'claim'
  | 'accept'
  | 'converted'
  | 'superseded'
  | 'emptied'
  | 'expired'
  | 'joined'
  | 'unproven'
  | 'gone';

type Row = Readonly<Record<CartInput, SessionState>>;

/** Without an event, the last finding counts. */
const BY_FINDING: Row = {
  active: 'open',
  due: 'due',
  claim: 'claimed',
  accept: 'emitted',
  converted: 'converted',
  superseded: 'superseded',
  emptied: 'emptied',
  expired: 'expired',
  joined: 'joined',
  unproven: 'unproven',
  gone: 'gone',
};

/** With it, nothing changes any more. */
const FINAL: Row = {
  active: 'emitted',
  due: 'emitted',
  claim: 'emitted',
  accept: 'emitted',
  converted: 'emitted',
  superseded: 'emitted',
  emptied: 'emitted',
  expired: 'emitted',
  joined: 'emitted',
  unproven: 'emitted',
  gone: 'emitted',
};

/** Every state meets every input; the compiler proves that none is left out. */
export const TRANSITIONS: Readonly<Record<SessionState, Row>> = {
  open: BY_FINDING,
  due: BY_FINDING,
  claimed: BY_FINDING,
  emitted: FINAL,
  converted: BY_FINDING,
  superseded: BY_FINDING,
  emptied: BY_FINDING,
  expired: BY_FINDING,
  joined: BY_FINDING,
  unproven: BY_FINDING,
  gone: BY_FINDING,
};

/** Key parts of a cart as JSON, so that parts can not run into each other. */
export type CartKey = string;

/** Parts that make an event id: those of the cart and of the session. */
export type EventKeyParts = readonly string[];

/** From the first to the last activity known of it, in unix seconds. */
export interface Burst {
  readonly from: number;
  readonly until: number;
}

/** A burst that had its event, and whose event that was. */
export interface EmittedBurst extends Burst {
  readonly person: string | undefined;
}

/** What is remembered of a cart: its latest session. Times in unix seconds. */
export interface CartSession {
  readonly cart: CartKey;
  /** Whose it is; once its event may have left, whose event that was. */
  readonly person: string | undefined;
  readonly state: SessionState;
  readonly burst: Burst;
  /** Earliest time the last activity can have been at; differs only where activity is observed. */
  readonly activityFrom: number;
  /** Key of the event that left or may have left for this burst. */
  readonly claim: EventKeyParts | undefined;
  /** Bursts of this cart that had their event, the latest last. */
  readonly emitted: readonly EmittedBurst[];
  /** Hash of the content, where activity is observed. */
  readonly content: string | undefined;
}

/** Bursts remembered of one cart. A cart spoken of more often within `not_after` would be a broken one. */
const EMITTED_BURSTS_MAX = 32;

export interface CartRule {
  /** A cart is abandoned when it was quiet for this long; activities nearer to each other are one burst. */
  readonly afterSeconds: number;
  /** A cart whose last activity is older never fires. */
  readonly notAfterSeconds: number;
}

export function step(session: CartSession, input: CartInput): CartSession {
  return { ...session, state: TRANSITIONS[session.state][input] };
}

/** The session whose event is about to leave. */
export function claimed(session: CartSession, claim: EventKeyParts): CartSession {
  return { ...step(session, 'claim'), claim };
}

/** The session whose event was accepted. */
export function accepted(session: CartSession): CartSession {
  return { ...step(session, 'accept'), emitted: withOwnBurst(session) };
}

/** Bursts that a session after this one has to know of: also one whose event may have left, for who knows. */
export function emittedBefore(session: CartSession): readonly EmittedBurst[] {
  const isOpenClaim = session.claim !== undefined && session.state !== 'emitted';
  return isOpenClaim ? withOwnBurst(session) : session.emitted;
}

function withOwnBurst({ emitted, burst, person }: CartSession): readonly EmittedBurst[] {
  const earlier = emitted.filter((other) => other.until < burst.from || other.person !== person);
  return [...earlier, { ...burst, person }].slice(-EMITTED_BURSTS_MAX);
}

/** True when an activity belongs to a burst of this cart that already had its event. */
export function isOfEmittedBurst(
  session: CartSession | undefined,
  activityAt: number,
  rule: CartRule,
): boolean {
  return session?.emitted.some(({ until }) => activityAt < until + rule.afterSeconds) ?? false;
}

/** True when an activity belongs to the session's burst; one that is not later is no new activity. */
export function isOfSameBurst(session: CartSession, activityAt: number, rule: CartRule): boolean {
  return activityAt < session.burst.until + rule.afterSeconds;
}

/** True when less than `after` lies between the two. */
export function areNear(a: Burst, b: Burst, rule: CartRule): boolean {
  return a.from < b.until + rule.afterSeconds && b.from < a.until + rule.afterSeconds;
}
