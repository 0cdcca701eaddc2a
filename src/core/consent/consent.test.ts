import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../customerio/profile.ts';
import {
  type ConsentAnswer,
  type ConsentTarget,
  consentAttribute,
  consentFragment,
  heldConsent,
  parseConsentRole,
} from './consent-target.ts';
import { driftDirection } from './drift.ts';
import { judgeOptIn } from './judge-opt-in.ts';
import {
  consentStep,
  fromReference,
  NOTHING_SETTLED,
  SETTLED,
  type SettledConsent,
  toReference,
} from './settled-consent.ts';
import { isUnusual } from './unusual-opt-outs.ts';

const EMAIL: ConsentTarget = { kind: 'email' };
const SMS: ConsentTarget = { kind: 'sms' };
const TOPIC: ConsentTarget = { kind: 'topic', topic: 3 };

describe('what a role writes', () => {
  it.each([
    ['consent(email)', 'unsubscribed', 'false', 'true'],
    ['consent(sms)', 'sms_opt_in', 'true', 'false'],
    ['consent(topic 3)', 'cio_subscription_preferences.topics.topic_3', 'true', 'false'],
    ['consent(topic 12)', 'cio_subscription_preferences.topics.topic_12', 'true', 'false'],
  ])('%s is %s: %s for yes, %s for no', (role, attribute, yes, no) => {
    const target = parseConsentRole(role);
    if (target === undefined) throw new Error('not a role');
    expect(consentAttribute(target, 'sms_opt_in')).toBe(attribute);
    expect(consentFragment(target, 'in')).toBe(yes);
    expect(consentFragment(target, 'out')).toBe(no);
  });

  it.each([
    'consent',
    'consent()',
    'consent(topic)',
    'consent(topic 0)',
    'consent(topic x)',
    'Consent(email)',
  ])('%s is no role', (text) => expect(parseConsentRole(text)).toBeUndefined());
});

function profile(attributes: Record<string, string>, setAt: Record<string, number> = {}): Profile {
  return {
    identifiers: { id: '1', email: undefined, cioId: 'c' },
    attributes: new Map(Object.entries(attributes)),
    setAt: new Map(Object.entries(setAt)),
    isUnsubscribed: attributes['unsubscribed'] === 'true',
  };
}

describe('what Customer.io holds', () => {
  it('is read back by the same polarity, with its time', () => {
    const out = profile({ unsubscribed: 'true' }, { unsubscribed: 7 });
    expect(heldConsent(out, EMAIL, 'unsubscribed')).toEqual({ answer: 'out', since: 7 });
    expect(heldConsent(profile({}), EMAIL, 'unsubscribed')).toEqual({ answer: 'in', since: undefined });
    const topics = JSON.stringify({ topics: { topic_3: false, topic_4: true } });
    const chosen = profile({ cio_subscription_preferences: topics }, { cio_subscription_preferences: 9 });
    expect(heldConsent(chosen, TOPIC, '')).toEqual({ answer: 'out', since: 9 });
    expect(heldConsent(chosen, { kind: 'topic', topic: 4 }, '').answer).toBe('in');
    expect(heldConsent(chosen, { kind: 'topic', topic: 5 }, '').answer).toBeUndefined();
  });

  it.each(['yes', '', 'TRUE', 'null', '2'])('%j is no answer', (text) => {
    expect(heldConsent(profile({ sms: text }), SMS, 'sms').answer).toBeUndefined();
  });

  it.each(['', 'x', '[]', '{"topics":null}', '{"topics":{"topic_3":"maybe"}}', '{"topics":[]}'])(
    'preferences that read %j hold no answer',
    (text) => {
      const broken = profile({ cio_subscription_preferences: text });
      expect(heldConsent(broken, TOPIC, '').answer).toBeUndefined();
    },
  );
});

const stateArbitrary = fc.constantFrom(...Object.values(SETTLED));
const timeArbitrary = fc.integer({ min: 0, max: 0xffff_ffff });
const settledArbitrary: fc.Arbitrary<SettledConsent> = fc.record({
  state: stateArbitrary,
  answeredAt: timeArbitrary,
});
const answerArbitrary = fc.constantFrom<ConsentAnswer | undefined>('in', 'out', undefined);

describe('what is to be done about an answer', () => {
  it('is remembered in two words', () => {
    fc.assert(
      fc.property(settledArbitrary, (settled) => {
        expect(fromReference(toReference(settled))).toEqual(settled);
      }),
    );
  });

  it('never makes anything of no answer, and writes no opt-in that is not allowed', () => {
    fc.assert(
      fc.property(answerArbitrary, timeArbitrary, settledArbitrary, (answer, answeredAt, settled) => {
        const step = consentStep(answer, answeredAt, { settled, allowsOptIn: false });
        expect(step.kind).not.toBe('opt_in');
        if (answer !== 'out') expect(step.kind).not.toBe('opt_out');
      }),
    );
  });

  it('sends every opt-out that was not the last thing sent', () => {
    fc.assert(
      fc.property(timeArbitrary, settledArbitrary, (answeredAt, settled) => {
        const step = consentStep('out', answeredAt, { settled, allowsOptIn: true });
        if (settled.state !== SETTLED.OUT) expect(step.kind).toBe('opt_out');
        else if (settled.answeredAt > 0 && answeredAt > settled.answeredAt) expect(step.kind).toBe('opt_out');
        else expect(step.kind).not.toBe('opt_in');
      }),
    );
  });

  it('sees an opt-out as new after an opt-in that was not written, and after no answer', () => {
    for (const between of ['in', undefined] as const) {
      const out: SettledConsent = { state: SETTLED.OUT, answeredAt: 0 };
      const step = consentStep(between, 0, { settled: out, allowsOptIn: false });
      if (step.kind !== 'note') throw new Error(step.kind);
      const again = consentStep('out', 0, { settled: step.settled, allowsOptIn: false });
      expect(again.kind).toBe('opt_out');
    }
  });

  it('asks once about an opt-in', () => {
    const first = consentStep('in', 5, { settled: NOTHING_SETTLED, allowsOptIn: true });
    expect(first).toEqual({ kind: 'opt_in', answeredAt: 5 });
    for (const state of [SETTLED.IN, SETTLED.IN_NOT_WRITTEN]) {
      const settled = { state, answeredAt: 5 };
      expect(consentStep('in', 5, { settled, allowsOptIn: true }).kind).toBe('unchanged');
      expect(consentStep('in', 6, { settled, allowsOptIn: true }).kind).toBe('opt_in');
    }
  });
});

describe('whether an opt-in is written', () => {
  it('never, when Customer.io’s opt-out is not provably older', () => {
    fc.assert(
      fc.property(
        timeArbitrary,
        fc.option(timeArbitrary, { nil: undefined }),
        stateArbitrary,
        (answeredAt, since, settled) => {
          const verdict = judgeOptIn({ answeredAt, held: { answer: 'out', since }, settled });
          expect(verdict).toBe(since !== undefined && since < answeredAt ? 'write' : 'stays_out');
        },
      ),
    );
  });

  it('not to people who are no longer there, and not when it is there already', () => {
    expect(judgeOptIn({ answeredAt: 9, held: undefined, settled: SETTLED.NOTHING })).toBe('stays_out');
    const held = { answer: 'in', since: 1 } as const;
    expect(judgeOptIn({ answeredAt: 9, held, settled: SETTLED.NOTHING })).toBe('there');
    // Our own opt-out may not have been applied yet.
    expect(judgeOptIn({ answeredAt: 9, held, settled: SETTLED.OUT })).toBe('write');
  });

  it('over many days, whatever people and rows do, an opt-out at Customer.io falls only to a newer yes', () => {
    const eventArbitrary = fc.oneof(
      fc.record({ who: fc.constant('shop' as const), answer: answerArbitrary }),
      fc.record({ who: fc.constant('person' as const), answer: fc.constantFrom<ConsentAnswer>('in', 'out') }),
      fc.record({ who: fc.constant('sync' as const) }),
    );
    fc.assert(
      fc.property(fc.array(eventArbitrary, { maxLength: 30 }), fc.boolean(), (events, allowsOptIn) => {
        const world = new World(allowsOptIn);
        for (const event of events) world.happens(event);
        expect(world.undone).toEqual([]);
      }),
    );
  });
});

/** One person, one consent; a tick for everything that happens. */
class World {
  readonly undone: string[] = [];
  private now = 100;
  private row: { answer: ConsentAnswer | undefined; at: number } = { answer: undefined, at: 0 };
  private held: { answer: ConsentAnswer; since: number } = { answer: 'in', since: 0 };
  private settled: SettledConsent = NOTHING_SETTLED;
  private readonly allowsOptIn: boolean;

  constructor(allowsOptIn: boolean) {
    this.allowsOptIn = allowsOptIn;
  }

  happens(event: { who: 'shop' | 'person' | 'sync'; answer?: ConsentAnswer | undefined }): void {
    this.now += 1;
    if (event.who === 'shop') this.row = { answer: event.answer, at: this.now };
    else if (event.who === 'person') this.held = { answer: event.answer ?? 'in', since: this.now };
    else this.sync();
  }

  private sync(): void {
    const { answer, at } = this.row;
    const before = this.held;
    const step = consentStep(answer, at, { settled: this.settled, allowsOptIn: this.allowsOptIn });
    if (step.kind === 'note') this.settled = step.settled;
    if (step.kind === 'opt_out') this.write('out', at);
    if (step.kind === 'opt_in') {
      const verdict = judgeOptIn({ answeredAt: at, held: this.held, settled: this.settled.state });
      if (verdict === 'write') this.write('in', at);
      else
        this.settled = { state: verdict === 'there' ? SETTLED.IN : SETTLED.IN_NOT_WRITTEN, answeredAt: at };
    }
    const isUndone = before.answer === 'out' && this.held.answer === 'in';
    if (isUndone && !(this.allowsOptIn && answer === 'in' && at > before.since)) this.undone.push(step.kind);
  }

  private write(answer: ConsentAnswer, at: number): void {
    this.held = { answer, since: this.now };
    this.settled = { state: answer === 'out' ? SETTLED.OUT : SETTLED.IN, answeredAt: at };
  }
}

describe('drift', () => {
  it.each([
    ['out', 'out', undefined],
    ['in', 'in', undefined],
    ['out', 'in', 'out_only_here'],
    ['out', undefined, 'out_only_here'],
    ['in', 'out', 'out_only_there'],
    ['in', undefined, 'in_only_here'],
  ] as const)('%s in MySQL, %s at Customer.io: %s', (answer, held, direction) => {
    expect(driftDirection(answer, { answer: held, since: 1 })).toBe(direction);
  });
});

describe('an unusual number of opt-outs', () => {
  it.each([
    [19, 100, false],
    [20, 100, true],
    [20, 10_000, false],
    [101, 10_000, true],
  ])('%i of %i people: %s', (optOuts, people, expected) => {
    expect(isUnusual({ optOuts, people, usualShareMax: 0.01 })).toBe(expected);
    expect(isUnusual({ optOuts, people, usualShareMax: undefined })).toBe(false);
  });
});
