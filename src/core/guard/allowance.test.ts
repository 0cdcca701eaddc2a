import { describe, expect, it } from 'vitest';
import { allow, parseAllowance, unneeded } from './allowance.ts';
import type { Verdict } from './verdict.ts';

const stop: Verdict = {
  model: 'customers',
  level: 'stop',
  message: 'too many',
  limit: 'customers.attributes.vip_tier',
  reach: { number: 600, share: 0.6 },
};

const levelWith = (text: string) => {
  const allowance = parseAllowance(text, 'new tiers');
  return allow([stop], allowance === undefined ? [] : [allowance])[0]?.level;
};

describe('allowances', () => {
  it.each([
    ['customers.attributes.vip_tier', 'allowed'],
    ['customers.attributes', 'allowed'],
    ['customers.attributes.vip_tier=600', 'allowed'],
    ['customers.attributes.vip_tier=599', 'stop'],
    ['customers.attributes.vip_tier=60%', 'allowed'],
    ['customers.attributes.vip_tier=59.9%', 'stop'],
    ['customers.attributes.vip_tier=0', 'stop'],
    ['customers.attributes.vip_tier=100%', 'allowed'],
    ['customers.attributes.vip', 'stop'],
    ['customers', 'allowed'],
    ['guests.attributes', 'stop'],
  ])('%s: %s', (text, level) => expect(levelWith(text)).toBe(level));

  it.each(['', '=5', 'a=b', 'a=5%%', 'a=-1', 'a==5'])('`%s` is none', (text) =>
    expect(parseAllowance(text, 'why')).toBeUndefined(),
  );

  it('leave the reason behind, and say what they were too small for', () => {
    const [allowed] = allow([stop], [{ limit: stop.limit ?? '', reason: 'new tiers' }]);
    expect(allowed).toMatchObject({ message: 'too many; allowed: new tiers', reason: 'new tiers' });
    const [stopped] = allow([stop], [{ limit: stop.limit ?? '', number: 500, reason: 'new tiers' }]);
    expect(stopped?.message).toBe('too many, and up to 500 is allowed');
  });

  it('allow nothing but limits: too many faults stay too many', () => {
    const faults: Verdict = { model: 'customers', level: 'stop', message: 'faults' };
    expect(allow([faults], [{ limit: 'customers', reason: 'x' }])).toEqual([faults]);
  });

  it('are told when nothing needed them', () => {
    const idle = { limit: 'customers.removed', reason: 'x' };
    expect(unneeded([stop], [idle, { limit: 'customers.attributes', reason: 'y' }])).toEqual([idle]);
  });
});
