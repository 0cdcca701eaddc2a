import { accepted, type CartKey, type CartSession, type EventKeyParts } from './cart-session.ts';

/** What is remembered of the carts of one event. */
export interface CartMemory {
  readonly sessions: readonly CartSession[];
  /** When the carts were last observed, in unix seconds; undefined when they never were. */
  readonly watchedAt: number | undefined;
}

/** What one read changes in it. */
export interface CartChanges {
  /** Sessions that are new or have changed. */
  readonly sessions: readonly CartSession[];
  readonly forgotten: readonly CartKey[];
  /** When the carts were observed, in unix seconds; undefined where the source says when they were changed. */
  readonly watchedAt: number | undefined;
}

export const NO_CARTS: CartMemory = { sessions: [], watchedAt: undefined };

/** The key of an event as it is shown and compared: `77|2026-11-23 10:00:00`. No two keys look the same. */
export function claimText(parts: EventKeyParts): string {
  return parts.map((part) => part.replace(/[|\\]/g, '\\$&')).join('|');
}

/** A session as text, and back. */
export function writeSession(session: CartSession): string {
  return JSON.stringify(session);
}

/** @throws SyntaxError when the text is no session. */
export function readSession(text: string): CartSession {
  const session = JSON.parse(text) as CartSession;
  const { person, claim, content } = session;
  return { ...session, person, claim, content };
}

export function acceptedText(text: string): string {
  return writeSession(accepted(readSession(text)));
}
