import {
  areNear,
  type Burst,
  type CartKey,
  type CartRule,
  type CartSession,
  type EventKeyParts,
} from './cart-session.ts';

/** A cart that may speak: neither bought, emptied, too old nor already spoken of. */
export interface LiveCart {
  /** Place in the read. */
  readonly place: number;
  readonly cart: CartKey;
  readonly person: string | undefined;
  /** As far as reads have seen it; ends with the last activity. */
  readonly burst: Burst;
  /** Key with which the event of this burst may have left before. */
  readonly claim: EventKeyParts | undefined;
}

/** Carts of one person whose activities lie so near to each other that they are one session. */
export interface JoinedCarts {
  /** The latest active one first: it speaks for all of them. */
  readonly members: readonly LiveCart[];
  /** What is found for the speaker, and for the others. */
  readonly finding: 'active' | 'due' | 'emitted';
  readonly others: 'joined' | 'emitted';
  readonly claim: EventKeyParts | undefined;
}

export interface CartsToJoin {
  readonly live: readonly LiveCart[];
  /** Sessions whose event has left or may have left. */
  readonly remembered: readonly CartSession[];
  readonly rule: CartRule;
  readonly now: number;
}

/** A guest's cart and the one it is merged into at login, or carts on two devices, are one session of one person. */
export function joinCarts(carts: CartsToJoin): readonly JoinedCarts[] {
  const alone = carts.live.filter(({ person }) => person === undefined);
  const byPerson = groupBy(carts.live, ({ person }) => person);
  const emitted = groupBy(
    carts.remembered.flatMap((session) => session.emitted),
    ({ person }) => person,
  );
  const claimed = groupBy(
    carts.remembered.filter(({ claim }) => claim !== undefined),
    ({ person }) => person,
  );
  return [
    ...alone.map((cart) => toGroup({ members: [cart], burst: cart.burst }, NO_MEMORY, carts)),
    ...[...byPerson].flatMap(([person, live]) => {
      const memory = { emitted: emitted.get(person) ?? [], claimed: claimed.get(person) ?? [] };
      return chains(live, carts.rule).map((chain) => toGroup(chain, memory, carts));
    }),
  ];
}

/** What is remembered of one person's carts. */
interface Memory {
  readonly emitted: readonly Burst[];
  readonly claimed: readonly CartSession[];
}

const NO_MEMORY: Memory = { emitted: [], claimed: [] };

function groupBy<T>(
  all: readonly T[],
  keyOf: (one: T) => string | undefined,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

/** Carts of one burst. */
interface Chain {
  readonly members: readonly LiveCart[];
  readonly burst: Burst;
}

/** Parts the carts where nothing happened for `after`. In each part the latest stands first. */
function chains(carts: readonly LiveCart[], rule: CartRule): readonly Chain[] {
  const sorted = carts.toSorted((a, b) => b.burst.until - a.burst.until || (a.cart < b.cart ? -1 : 1));
  const parts: { readonly members: LiveCart[]; burst: Burst }[] = [];
  for (const cart of sorted) {
    const open = parts.at(-1);
    if (open !== undefined && areNear(open.burst, cart.burst, rule)) {
      open.members.push(cart);
      open.burst = { from: Math.min(open.burst.from, cart.burst.from), until: open.burst.until };
    } else parts.push({ members: [cart], burst: cart.burst });
  }
  return parts;
}

function toGroup({ members, burst }: Chain, memory: Memory, { rule, now }: CartsToJoin): JoinedCarts {
  if (memory.emitted.some((emitted) => areNear(emitted, burst, rule))) {
    return { members, finding: 'emitted', others: 'emitted', claim: undefined };
  }
  const near = memory.claimed.filter((session) => areNear(session.burst, burst, rule));
  const isQuiet = now >= burst.until + rule.afterSeconds;
  return { members, finding: isQuiet ? 'due' : 'active', others: 'joined', claim: claimOf(members, near) };
}

/** The latest claim: of the carts themselves, or of one that is no longer among them. */
function claimOf(members: readonly LiveCart[], near: readonly CartSession[]): EventKeyParts | undefined {
  const own = members.find(({ claim }) => claim !== undefined)?.claim;
  const latest = near
    .toSorted((a, b) => b.burst.until - a.burst.until)
    .find(({ claim }) => claim !== undefined);
  return own ?? latest?.claim;
}
