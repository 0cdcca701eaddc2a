import { type CartKey, type CartRule, type CartSession, step } from './cart-session.ts';

/** How long a session is kept when no row could belong to it any more: clocks may have been wrong, and be put right. */
const KEPT_SECONDS = 30 * 86_400;

/** What becomes of the sessions whose carts a full read did not show. */
export interface UnseenCarts {
  /** Carts that were taken out of the query since the last read. */
  readonly gone: readonly CartSession[];
  readonly forgotten: readonly CartKey[];
}

export function unseenCarts(
  sessions: ReadonlyMap<CartKey, CartSession>,
  isSeen: (cart: CartKey) => boolean,
  rule: CartRule,
  now: number,
): UnseenCarts {
  const unseen = [...sessions.values()].filter(({ cart }) => !isSeen(cart));
  const [old, young] = [true, false].map((isOld) =>
    unseen.filter((session) => isForgettable(session, rule, now) === isOld),
  );
  return {
    gone: (young ?? []).flatMap((session) => {
      const next = step(session, 'gone');
      return next.state === session.state ? [] : [next];
    }),
    forgotten: (old ?? []).map(({ cart }) => cart),
  };
}

/** True when no row that could still fire belongs to this session. */
export function isForgettable({ burst, emitted }: CartSession, rule: CartRule, now: number): boolean {
  const lastAt = Math.max(burst.until, emitted.at(-1)?.until ?? 0);
  return lastAt + rule.afterSeconds + rule.notAfterSeconds + KEPT_SECONDS < now;
}
