import { type CartKey, type CartRule, type CartSession, step } from './cart-session.ts';

/** How long a session is kept when no row could belong to it any more: clocks may have been wrong, and be put right. */
const KEPT_SECONDS = 30 * 86_400;

/** What becomes of the sessions whose carts a full read did not judge. */
export interface UnseenCarts {
  /** Carts that the query no longer returns. */
  readonly gone: readonly CartSession[];
  readonly forgotten: readonly CartKey[];
}

/** How a read showed a cart: young enough to be judged, too old for that, or not at all. */
export type CartSight = 'judged' | 'old' | 'unseen';

export function unseenCarts(
  sessions: ReadonlyMap<CartKey, CartSession>,
  sightOf: (cart: CartKey) => CartSight,
  rule: CartRule,
  now: number,
): UnseenCarts {
  const gone: CartSession[] = [];
  const forgotten: CartKey[] = [];
  for (const session of sessions.values()) {
    const sight = sightOf(session.cart);
    if (sight === 'judged') continue;
    if (isForgettable(session, rule, now)) forgotten.push(session.cart);
    else if (sight === 'unseen') gone.push(step(session, 'gone'));
  }
  return { gone, forgotten };
}

/** True when no row that could still fire belongs to this session. */
export function isForgettable({ burst, emitted }: CartSession, rule: CartRule, now: number): boolean {
  const lastAt = Math.max(burst.until, emitted.at(-1)?.until ?? 0);
  return lastAt + rule.afterSeconds + rule.notAfterSeconds + KEPT_SECONDS < now;
}
