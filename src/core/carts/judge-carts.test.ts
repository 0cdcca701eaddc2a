import { describe, expect, it } from 'vitest';
import { accepted, type CartSession, claimed, type SessionState, TRANSITIONS } from './cart-session.ts';
import { isForgettable, unseenCarts } from './forget-carts.ts';
import { type CartRead, type CartSighting, type CartVerdict, judgeCarts } from './judge-carts.ts';
import { contentHash, notAfterNow, observedActivity } from './observe-cart.ts';

const RULE = { afterSeconds: 1800, notAfterSeconds: 86_400 };
const at = (clock: string) => Date.parse(`2026-11-23T${clock}Z`) / 1000;

const cart = (activityAt: string, more: Partial<CartSighting> = {}): CartSighting => ({
  cart: 'c1',
  person: 'anna',
  activity: { at: at(activityAt), earliest: at(activityAt) },
  isEmpty: false,
  convertedAt: undefined,
  supersededAt: undefined,
  content: undefined,
  ...more,
});

function judge(now: string, sightings: readonly CartSighting[], more: Partial<CartRead> = {}) {
  return judgeCarts({ sightings, sessions: new Map(), orders: new Map(), rule: RULE, now: at(now), ...more });
}

const findings = (verdicts: readonly CartVerdict[]) => verdicts.map(({ finding }) => finding);
const remember = (...sessions: readonly CartSession[]) =>
  new Map(sessions.map((session) => [session.cart, session]));

/** The session of a cart as it is after a read at this time. */
function sessionAt(now: string, sighting: CartSighting, more: Partial<CartRead> = {}): CartSession {
  const [verdict] = judge(now, [sighting], more);
  if (verdict === undefined) throw new Error('no verdict');
  return verdict.session;
}

/** A cart that was active at 10:00, and whose event was accepted at 10:30. */
const spokenOf = (more: Partial<CartSighting> = {}) =>
  accepted(claimed(sessionAt('10:30:00', cart('10:00:00', more)), ['c1', '10:00']));

describe('a cart', () => {
  it('waits until it was quiet for `after`, and is then due (S2, S10)', () => {
    expect(findings(judge('10:29:59', [cart('10:00:00')]))).toEqual(['active']);
    const [due] = judge('10:30:00', [cart('10:00:00')]);
    expect(due).toMatchObject({ finding: 'due', emission: { members: [0], claim: undefined } });
  });

  it.each([
    ['emptied', { isEmpty: true }],
    ['converted', { convertedAt: at('10:00:01') }],
    ['converted', { convertedAt: at('10:45:00') }],
    // The shop touches the cart once more after the order.
    ['converted', { convertedAt: at('09:59:57') }],
    ['superseded', { supersededAt: at('10:10:00') }],
    ['due', { convertedAt: at('09:30:00') }],
  ] as const)('is %s with %j (S3, S4)', (finding, more) => {
    expect(findings(judge('11:00:00', [cart('10:00:00', more)]))).toEqual([finding]);
  });

  it('is superseded by an order of its person from anywhere (S3)', () => {
    const orders = new Map([['anna', at('10:05:00')]]);
    expect(findings(judge('11:00:00', [cart('10:00:00')], { orders }))).toEqual(['superseded']);
    const other = cart('10:00:00', { cart: 'c2', convertedAt: at('10:20:00') });
    expect(findings(judge('11:00:00', [cart('09:00:00'), other]))).toEqual(['superseded', 'converted']);
    const stranger = cart('10:00:00', { cart: 'c3', person: 'bert' });
    expect(findings(judge('11:00:00', [stranger], { orders }))).toEqual(['due']);
  });

  it('never fires when it is older than `not_after` (S5)', () => {
    const day = (now: number) =>
      findings(
        judgeCarts({
          sightings: [cart('10:00:00')],
          sessions: new Map(),
          orders: new Map(),
          rule: RULE,
          now,
        }),
      );
    expect(day(at('10:00:00') + 86_400)).toEqual(['due']);
    expect(day(at('10:00:00') + 86_401)).toEqual(['expired']);
  });

  it('is spoken of once, also when activity of that burst becomes visible late (S1, S6)', () => {
    const sessions = remember(spokenOf());
    for (const late of ['10:00:00', '10:29:59', '09:00:00']) {
      expect(findings(judge('12:00:00', [cart(late)], { sessions }))).toEqual(['emitted']);
    }
    const extended = sessionAt('10:35:00', cart('10:20:00'), { sessions });
    expect(extended.emitted).toEqual([{ person: 'anna', from: at('10:00:00'), until: at('10:20:00') }]);
    expect(findings(judge('12:00:00', [cart('10:45:00')], { sessions: remember(extended) }))).toEqual([
      'emitted',
    ]);
  });

  it('that is opened again makes a new session (S7)', () => {
    const sessions = remember(spokenOf());
    const again = judge('11:00:00', [cart('10:30:00')], { sessions });
    expect(again).toMatchObject([{ finding: 'due', emission: { claim: undefined } }]);
    expect(again[0]?.session.claim).toBeUndefined();
    expect(again[0]?.session.emitted).toHaveLength(1);
  });

  it('keeps the key of an event that may have left, whatever its row says meanwhile (S1)', () => {
    const session = claimed(sessionAt('10:30:00', cart('10:00:00')), ['c1', '10:00']);
    const [moved] = judge('11:00:00', [cart('10:20:00')], { sessions: remember(session) });
    expect(moved?.emission?.claim).toEqual(['c1', '10:00']);
    const emptied = sessionAt('10:40:00', cart('10:20:00', { isEmpty: true }), {
      sessions: remember(session),
    });
    const [filled] = judge('11:30:00', [cart('10:40:00')], { sessions: remember(emptied) });
    expect(filled?.emission?.claim).toEqual(['c1', '10:00']);
  });

  it('counts as spoken of when it changes hands before the answer is known', () => {
    const session = claimed(sessionAt('10:30:00', cart('10:00:00')), ['c1', '10:00']);
    const sold = cart('10:00:00', { person: 'bert' });
    expect(findings(judge('10:40:00', [sold], { sessions: remember(session) }))).toEqual(['emitted']);
  });

  it('is judged anew by every read, as long as no event has left (S9)', () => {
    const bought = sessionAt('10:20:00', cart('10:00:00', { convertedAt: at('10:05:00') }));
    expect(bought.state).toBe('converted');
    expect(findings(judge('10:31:00', [cart('10:00:00')], { sessions: remember(bought) }))).toEqual(['due']);
  });
});

describe('carts of one person', () => {
  const guest = cart('10:00:00', { cart: 'guest' });
  const own = cart('10:20:00', { cart: 'own' });

  it('that are one burst have one voice: the latest active (S8)', () => {
    expect(findings(judge('10:30:00', [guest, own]))).toEqual(['joined', 'active']);
    const [joined, speaker] = judge('10:50:00', [guest, own]);
    expect(joined).toMatchObject({ finding: 'joined', emission: undefined });
    expect(speaker?.emission?.members).toEqual([1, 0]);
  });

  it('are two sessions when `after` lies between them (S8)', () => {
    const later = cart('10:30:00', { cart: 'own' });
    expect(findings(judge('11:00:00', [guest, later]))).toEqual(['due', 'due']);
  });

  it('hang together by a third one between them', () => {
    const third = cart('10:40:00', { cart: 'third' });
    const [, , speaker] = judge('11:10:00', [guest, own, third]);
    expect(speaker?.emission?.members).toEqual([2, 1, 0]);
  });

  it('are silent when the burst had its event, also when that cart is gone (S6, S12)', () => {
    const session = { ...spokenOf(), cart: 'guest' };
    const { gone } = unseenCarts(remember(session), () => 'unseen', RULE, at('11:00:00'));
    expect(gone).toEqual([session]);
    expect(findings(judge('12:00:00', [own], { sessions: remember(session) }))).toEqual(['emitted']);
    expect(
      findings(
        judge('12:00:00', [cart('10:30:00', { cart: 'own' })], {
          sessions: remember(session),
        }),
      ),
    ).toEqual(['due']);
  });

  it('use the key that may have left for another of them', () => {
    const session = claimed({ ...sessionAt('10:30:00', guest), cart: 'guest' }, ['guest', '10:00']);
    const [verdict] = judge('10:50:00', [own], { sessions: remember(session) });
    expect(verdict?.emission?.claim).toEqual(['guest', '10:00']);
  });

  it('do not include carts of nobody', () => {
    const nobody = { ...guest, person: undefined };
    expect(findings(judge('11:00:00', [nobody, { ...nobody, cart: 'other' }]))).toEqual(['due', 'due']);
  });
});

describe('an observed cart', () => {
  const observe = (more: Partial<Parameters<typeof observedActivity>[0]> = {}) =>
    observedActivity({
      content: 'b',
      session: undefined,
      watchedAt: at('10:00:00'),
      rule: RULE,
      now: at('10:05:00'),
      ...more,
    });

  it('was changed between two reads (S11)', () => {
    expect(observe()).toEqual({ at: at('10:05:00'), earliest: at('10:00:00') });
  });

  it('keeps its time as long as its content is the same', () => {
    const session = { ...sessionAt('09:00:00', cart('09:00:00')), content: 'b' };
    expect(observe({ session })).toEqual({ at: at('09:00:00'), earliest: at('09:00:00') });
    expect(observe({ session: { ...session, state: 'unproven' } })).toBeUndefined();
  });

  it('has no proven age when nobody watched for too long (S11)', () => {
    expect(observe({ watchedAt: undefined })).toBeUndefined();
    expect(observe({ watchedAt: at('10:05:00') - 86_401 })).toBeUndefined();
    const unproven = cart('10:00:00', { activity: undefined, content: 'b' });
    expect(findings(judge('12:00:00', [unproven]))).toEqual(['unproven']);
  });

  it('lies never in the future of a clock that was put back', () => {
    const now = at('08:00:00');
    const session = notAfterNow(spokenOf(), now);
    expect(session).toMatchObject({
      burst: { from: now, until: now },
      emitted: [{ from: now, until: now }],
    });
  });

  it('is told apart by its content, NULL and the borders of cells included', () => {
    const hashes = [['a', 'b'], ['ab', ''], ['ab', null], ['ab'], ['', 'ab'], ['😀', 'b']].map(contentHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(contentHash(['a', 'b'])).toBe(hashes[0]);
    expect(hashes[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('what is remembered', () => {
  it('ends in "emitted", and else follows the last finding (S9, S14)', () => {
    const states = Object.keys(TRANSITIONS) as SessionState[];
    for (const state of states) {
      const row = TRANSITIONS[state];
      if (state === 'emitted') expect(new Set(Object.values(row))).toEqual(new Set(['emitted']));
      else expect(row).toEqual(TRANSITIONS.open);
    }
    expect(new Set(Object.values(TRANSITIONS.open))).toEqual(new Set(states));
  });

  it('is forgotten only when no row that may fire can belong to it (S13)', () => {
    const session = sessionAt('10:00:00', cart('10:00:00'));
    const monthLater = at('10:00:00') + 1800 + 86_400 + 30 * 86_400;
    expect(isForgettable(session, RULE, monthLater)).toBe(false);
    expect(isForgettable(session, RULE, monthLater + 1)).toBe(true);
    const unseen = unseenCarts(remember(session), () => 'unseen', RULE, monthLater + 1);
    expect(unseen).toEqual({ gone: [], forgotten: ['c1'] });
    expect(unseenCarts(remember(session), () => 'unseen', RULE, at('12:00:00')).gone).toMatchObject([
      { state: 'gone' },
    ]);
  });
});
