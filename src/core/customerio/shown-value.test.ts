import { describe, expect, it } from 'vitest';
import type { Profile } from './profile.ts';
import { isShown } from './shown-value.ts';

const profile = (attributes: Readonly<Record<string, string>>, isUnsubscribed = false): Profile => ({
  identifiers: { id: '1', email: 'a@x.example', cioId: 'c1' },
  attributes: new Map(Object.entries(attributes)),
  setAt: new Map(),
  isUnsubscribed,
});

describe('what was sent, as Customer.io shows it', () => {
  it.each([
    ['"gold"', 'gold'],
    ['"12"', '12'],
    ['12.50', '12.5'],
    ['12', '12'],
    ['-0.10', '-0.1'],
    ['12345678901234567890', '12345678901234567890'],
    ['true', 'true'],
    ['["a","b"]', '["a","b"]'],
    ['["a","b"]', '[ "a", "b" ]'],
  ])('%s is %s', (sent, shown) => {
    expect(isShown(profile({ tier: shown }), 'tier', sent)).toBe(true);
  });

  it.each([
    ['"gold"', 'Gold'],
    ['0', ''],
    ['12.5', '12.51'],
    ['true', 'false'],
    ['false', ''],
    ['["a"]', '["a","b"]'],
    ['["a"]', 'a'],
    ['null', 'gold'],
  ])('%s is not %s', (sent, shown) => {
    expect(isShown(profile({ tier: shown }), 'tier', sent)).toBe(false);
  });

  it('what is removed is not there, and nothing else is not', () => {
    expect(isShown(profile({}), 'tier', 'null')).toBe(true);
    expect(isShown(profile({ tier: '' }), 'tier', '""')).toBe(true);
    expect(isShown(profile({}), 'tier', '"gold"')).toBe(false);
  });

  it('consents stand in places of their own', () => {
    expect(isShown(profile({}, true), 'unsubscribed', 'true')).toBe(true);
    expect(isShown(profile({}, false), 'unsubscribed', 'true')).toBe(false);
    const preferences = { cio_subscription_preferences: '{"topics":{"topic_3":false}}' };
    const topic = 'cio_subscription_preferences.topics.topic_3';
    expect(isShown(profile(preferences), topic, 'false')).toBe(true);
    expect(isShown(profile(preferences), topic, 'true')).toBe(false);
    expect(isShown(profile({ cio_subscription_preferences: 'broken' }), topic, 'false')).toBe(false);
  });

  it('identifiers, too', () => {
    expect(isShown(profile({}), 'id', '"1"')).toBe(true);
    expect(isShown(profile({}), 'email', '"A@x.example"')).toBe(true);
    expect(isShown(profile({}), 'email', '"b@x.example"')).toBe(false);
    expect(isShown(profile({}), 'email', 'null')).toBe(false);
    // A workspace may list an address that identifies nobody among the attributes alone.
    const unlisted = {
      ...profile({ email: 'a@x.example' }),
      identifiers: { id: '1', email: undefined, cioId: 'c1' },
    };
    expect(isShown(unlisted, 'email', '"a@x.example"')).toBe(true);
    expect(isShown(unlisted, 'email', '"b@x.example"')).toBe(false);
  });
});
