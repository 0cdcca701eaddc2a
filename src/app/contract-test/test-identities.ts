import { isSource } from '../../core/contract/check-keys.ts';
import { type Contract, keyColumnsOf } from '../../core/contract/contract.ts';
import type { ContractTest } from '../../core/contract-test/contract-test.ts';
import { type IdentityChanges, IdentityIndex } from '../../core/identity/identity-index.ts';
import { normaliseKey } from '../../core/identity/normalise-key.ts';
import { loadPhoneReader, readE164 } from '../../core/identity/phone.ts';
import { SourceFollower } from '../../core/identity/source-follower.ts';
import { NOTHING_DELIVERED } from '../delivered-reader.ts';
import { type IdentityReader, NO_IDENTITIES } from '../identity/identity-reader.ts';

/** The identities that a test names, as the state would give them back after a run that found them. */
export function testIdentities(test: ContractTest, contract: Contract): IdentityReader {
  if (test.given.identities.length === 0) return NO_IDENTITIES;
  const building = build(test, contract);
  return {
    ...NO_IDENTITIES,
    layout: async () => (await building).layout,
    claimCount: async () => (await building).liveClaims,
    blocks: async function* () {
      yield await building;
    },
  };
}

async function build({ given, model }: ContractTest, contract: Contract): Promise<IdentityChanges> {
  const { canonical, identity } = contract.project;
  const sources = contract.models.filter((each) => isSource(each, canonical));
  // Claims of the model that is tested would be withdrawn with its rows.
  const source = sources.find(({ name }) => name !== model.name) ?? sources[0];
  const index = new IdentityIndex(NOTHING_DELIVERED.keySeed);
  const follower = new SourceFollower(index, canonical, source?.name ?? model.name);
  const hasPhone = keyColumnsOf(model).some(({ kind }) => kind === 'phone');
  const readPhone = hasPhone ? await loadPhoneReader(identity.defaultCountry) : readE164;
  for (const { person, keys } of given.identities) {
    follower.beginText(normaliseKey(canonical, person, readPhone) ?? person);
    for (const { kind, text } of keys) {
      const key = normaliseKey(kind, text, readPhone);
      if (key !== undefined) follower.claimText(kind, key);
    }
  }
  follower.finish();
  return index.changes();
}
