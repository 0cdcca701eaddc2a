import { describe, expect, it } from 'vitest';
import type { IdentityRules } from '../contract/contract.ts';
import { type IdentityFacts, judgeIdentity } from './judge-identity.ts';

const RULES: IdentityRules = {
  defaultCountry: undefined,
  allowEmailUpdate: undefined,
  mayShare: [],
  accept: [],
  peopleElsewhere: false,
};

function judged(facts: Partial<IdentityFacts>, rules: Partial<IdentityRules> = {}): readonly string[] {
  const findings = judgeIdentity({
    canonical: 'id',
    sendsOtherIdentifier: true,
    hasAppKey: false,
    ...facts,
    rules: { ...RULES, ...rules },
  });
  return findings.map(({ level, message }) => `${level}: ${message}`);
}

describe('what doctor says of identities', () => {
  it('is nothing where an App API key is given', () => {
    for (const canonical of ['id', 'email'] as const) {
      expect(judged({ canonical, hasAppKey: true }, { peopleElsewhere: true })).toEqual([
        'ok: what is declared can be checked and sent',
      ]);
    }
  });

  it('is nothing where people have one identifier only', () => {
    expect(judged({ sendsOtherIdentifier: false })).toEqual(['ok: what is declared can be checked and sent']);
  });

  it('names what becomes of changed addresses without a key, as the workspace is declared', () => {
    expect(judged({})[0]).toMatch(/^warning: changed e-mail addresses are held: nothing says/);
    expect(judged({}, { allowEmailUpdate: false })[0]).toMatch(/^warning: .*the workspace refuses them/);
    expect(judged({}, { allowEmailUpdate: true })[0]).toMatch(/^note: .*lost in silence/);
    expect(judged({ canonical: 'email' })[0]).toMatch(/^warning: .*a second person/);
    expect(judged({})[1]).toMatch(/^note: whether another profile/);
  });

  it('tells of people from elsewhere who can not be asked for, and of what is accepted', () => {
    expect(judged({ sendsOtherIdentifier: false }, { peopleElsewhere: true })).toEqual([
      expect.stringMatching(/^warning: `identity.people_elsewhere` has no effect/),
    ]);
    expect(judged({ hasAppKey: true }, { accept: ['id_reused'] })).toContain(
      'note: conflicts of the kind id_reused are accepted, and sent',
    );
  });
});
