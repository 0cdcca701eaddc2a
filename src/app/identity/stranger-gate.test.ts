import { describe, expect, it } from 'vitest';
import type { Profile } from '../../core/customerio/profile.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';
import { StrangerGate } from './stranger-gate.ts';

function profilesOf(people: readonly Partial<Profile['identifiers']>[], fails = false) {
  const asked: string[][] = [];
  const profiles: ProfileReader = {
    profiles: async (keys) => {
      asked.push([...keys]);
      if (fails) throw new DestinationError('app_api_refused', 'no answer');
      return people.map((identifiers) => ({
        identifiers: { id: undefined, email: undefined, cioId: 'c', ...identifiers },
        attributes: new Map(),
        setAt: new Map(),
        isUnsubscribed: false,
      }));
    },
    profile: async () => undefined,
    findByEmail: async () => [],
    everybody: async function* () {},
    activities: async function* () {},
  };
  return { profiles, asked };
}

function gateOf(profiles: ProfileReader | undefined, canonical: 'id' | 'email' = 'id') {
  const warnings: string[] = [];
  const observer = {
    observe: (observation: { readonly kind: string; readonly text?: string }) => {
      if (observation.kind === 'warning') warnings.push(observation.text ?? '');
    },
  };
  return { gate: new StrangerGate({ profiles, canonical, observer, signal: undefined }), warnings };
}

describe('people whom no model has delivered', () => {
  it('are asked for once, and wait when they are not there', async () => {
    const { profiles, asked } = profilesOf([{ id: '1' }]);
    const { gate } = gateOf(profiles);
    await gate.look(['1', '2', '1']);
    await gate.look(['2']);
    await gate.look([]);
    expect(asked).toEqual([['1', '2']]);
    expect(gate.codeOf('1')).toBeUndefined();
    expect(gate.codeOf('2')).toBe('person_unknown');
  });

  it('are found by their address in whatever case', async () => {
    const { gate } = gateOf(profilesOf([{ email: 'A@X' }]).profiles, 'email');
    await gate.look(['a@x']);
    expect(gate.codeOf('a@x')).toBeUndefined();
  });

  it('wait when nobody can be asked; that is told once', async () => {
    const { profiles, asked } = profilesOf([], true);
    const { gate, warnings } = gateOf(profiles);
    await gate.look(['1']);
    await gate.look(['2']);
    expect([gate.codeOf('1'), gate.codeOf('2')]).toEqual(['person_unchecked', 'person_unchecked']);
    expect(asked).toEqual([['1']]);
    expect(warnings).toHaveLength(1);
    const without = gateOf(undefined).gate;
    await without.look(['1']);
    expect(without.codeOf('1')).toBe('person_unchecked');
  });
});
