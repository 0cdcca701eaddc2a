import {
  accepted,
  type CartInput,
  type CartKey,
  type CartRule,
  type CartSession,
  type EventKeyParts,
  emittedBefore,
  isOfEmittedBurst,
  isOfSameBurst,
  step,
} from './cart-session.ts';
import { type JoinedCarts, joinCarts, type LiveCart } from './join-carts.ts';

/** When a cart was last changed, in unix seconds. */
export interface CartActivity {
  readonly at: number;
  /** Earliest time it can have been; the same, unless activity is observed. */
  readonly earliest: number;
}

/** A cart as a read shows it. */
export interface CartSighting {
  readonly cart: CartKey;
  readonly person: string | undefined;
  /** Undefined when its age can not be known. */
  readonly activity: CartActivity | undefined;
  readonly isEmpty: boolean;
  /** When this cart was bought. */
  readonly convertedAt: number | undefined;
  /** When its person last ordered, as far as the row tells. */
  readonly supersededAt: number | undefined;
  readonly content: string | undefined;
}

export interface CartRead {
  readonly sightings: readonly CartSighting[];
  /** What is remembered, by cart. */
  readonly sessions: ReadonlyMap<CartKey, CartSession>;
  /** Latest order of each person, from wherever orders come. */
  readonly orders: ReadonlyMap<string, number>;
  readonly rule: CartRule;
  /** Unix seconds. */
  readonly now: number;
}

/** Why a cart gives no event now, or that it does. */
export type CartFinding = Exclude<CartInput, 'claim' | 'accept' | 'gone'> | 'emitted';

/** What a read means for one cart. */
export interface CartVerdict {
  readonly finding: CartFinding;
  /** What is to be remembered if no event leaves. */
  readonly session: CartSession;
  /** For the cart that speaks for its burst. */
  readonly emission: Emission | undefined;
}

/** An event to be made. */
export interface Emission {
  /** Places (in the read) of all carts of the burst, the speaker first. */
  readonly members: readonly number[];
  /** The key that the event has to have, because it may have left with it before. */
  readonly claim: EventKeyParts | undefined;
}

/** Judges all carts of one read. @returns a verdict for each sighting, in their order. */
export function judgeCarts(read: CartRead): readonly CartVerdict[] {
  const { sightings, rule, now } = read;
  const orders = latestOrders(read);
  const own = sightings.map((sighting) => ownFinding(sighting, read, orders));
  const live = own.flatMap((finding, place) => liveCart(finding, place, read));
  const groups = joinCarts({ live, remembered: remembered(read, own), rule, now });
  const verdicts = sightings.map((sighting, place): CartVerdict => {
    const finding = own[place] === 'live' ? 'active' : (own[place] as CartFinding);
    return { finding, session: nextSession(sighting, finding, read), emission: undefined };
  });
  for (const group of groups) tellMembers(group, read, verdicts);
  return verdicts;
}

/** Carts bought count as orders of their person, too. */
function latestOrders({ sightings, orders }: CartRead): ReadonlyMap<string, number> {
  const latest = new Map(orders);
  for (const { person, convertedAt, supersededAt } of sightings) {
    if (person === undefined) continue;
    for (const at of [convertedAt, supersededAt]) {
      if (at !== undefined && at > (latest.get(person) ?? at - 1)) latest.set(person, at);
    }
  }
  return latest;
}

type OwnFinding = Exclude<CartFinding, 'active' | 'due' | 'joined'> | 'live';

/** What a cart's own row, and its person's orders, say; its neighbours are looked at later. */
function ownFinding(sighting: CartSighting, read: CartRead, orders: ReadonlyMap<string, number>): OwnFinding {
  const { activity, person, convertedAt, supersededAt } = sighting;
  if (activity === undefined) return 'unproven';
  const { sessions, rule, now } = read;
  if (isOfEmittedBurst(sessions.get(sighting.cart), activity.at, rule)) return 'emitted';
  if (hasChangedHands(sighting, sameSession(sighting, activity, read))) return 'emitted';
  if (sighting.isEmpty) return 'emptied';
  if (isOrderOfBurst(convertedAt, activity, rule)) return 'converted';
  const orderedAt = person === undefined ? supersededAt : orders.get(person);
  if (isOrderOfBurst(orderedAt, activity, rule)) return 'superseded';
  return now - activity.earliest > rule.notAfterSeconds ? 'expired' : 'live';
}

/** The event may have left for somebody else; it can not leave for two people. */
function hasChangedHands({ person }: CartSighting, session: CartSession | undefined): boolean {
  return session?.claim !== undefined && person !== undefined && person !== session.person;
}

/** An order counts against activity up to `after` later: what follows it so closely is the same visit. */
function isOrderOfBurst(orderedAt: number | undefined, activity: CartActivity, rule: CartRule): boolean {
  return orderedAt !== undefined && activity.earliest < orderedAt + rule.afterSeconds;
}

function liveCart(finding: OwnFinding, place: number, read: CartRead): readonly LiveCart[] {
  const sighting = read.sightings[place];
  if (finding !== 'live' || sighting?.activity === undefined) return [];
  const { cart, person, activity } = sighting;
  const known = sameSession(sighting, activity, read);
  const from = Math.min(known?.burst.from ?? activity.at, activity.at);
  return [{ place, cart, person, burst: { from, until: activity.at }, claim: known?.claim }];
}

/** Sessions of people whose event has left or may have left, as this read extends them. */
function remembered(read: CartRead, own: readonly OwnFinding[]): readonly CartSession[] {
  const extended = new Map<CartKey, CartSession>();
  read.sightings.forEach((sighting, place) => {
    if (own[place] !== 'emitted') return;
    extended.set(sighting.cart, nextSession(sighting, 'emitted', read));
  });
  return [...read.sessions.values()]
    .map((session) => extended.get(session.cart) ?? session)
    .filter(({ emitted, claim }) => emitted.length > 0 || claim !== undefined);
}

function tellMembers(group: JoinedCarts, read: CartRead, verdicts: CartVerdict[]): void {
  group.members.forEach(({ place }, index) => {
    const finding = index === 0 ? group.finding : group.others;
    const emission =
      index === 0 && group.finding === 'due'
        ? { members: group.members.map((member) => member.place), claim: group.claim }
        : undefined;
    const session = nextSession(read.sightings[place] as CartSighting, finding, read);
    verdicts[place] = { finding, session, emission };
  });
}

function nextSession(sighting: CartSighting, finding: CartFinding, read: CartRead): CartSession {
  const known = read.sessions.get(sighting.cart);
  const { activity, content } = sighting;
  if (activity === undefined) return unprovenSession(sighting, known, read.now);
  const base = sameSession(sighting, activity, read) ?? newSession(sighting, activity, known);
  const mayHaveLeft = base.claim !== undefined || base.state === 'emitted';
  const session: CartSession = {
    ...base,
    person: mayHaveLeft ? base.person : (sighting.person ?? base.person),
    content,
    burst: {
      from: Math.min(base.burst.from, activity.at),
      until: mayHaveLeft ? Math.max(base.burst.until, activity.at) : activity.at,
    },
    activityFrom: activity.earliest,
  };
  return finding === 'emitted' ? accepted(session) : step(session, finding);
}

/** The session that the activity belongs to; undefined when it begins another one. */
function sameSession(
  { cart }: CartSighting,
  { at }: CartActivity,
  { sessions, rule }: CartRead,
): CartSession | undefined {
  const known = sessions.get(cart);
  return known !== undefined && known.state !== 'unproven' && isOfSameBurst(known, at, rule)
    ? known
    : undefined;
}

function newSession(
  { cart, person, content }: Pick<CartSighting, 'cart' | 'person' | 'content'>,
  { at, earliest }: CartActivity,
  known: CartSession | undefined,
): CartSession {
  return {
    cart,
    person,
    state: 'open',
    burst: { from: at, until: at },
    activityFrom: earliest,
    claim: undefined,
    emitted: known === undefined ? [] : emittedBefore(known),
    content,
  };
}

/** Only its content is remembered, until that changes. */
function unprovenSession(
  { cart, person, content }: CartSighting,
  known: CartSession | undefined,
  now: number,
): CartSession {
  if (known?.state === 'unproven' && known.content === content)
    return { ...known, person: person ?? known.person };
  return step(newSession({ cart, person, content }, { at: now, earliest: 0 }, known), 'unproven');
}
