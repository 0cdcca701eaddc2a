import { EMPTY_LAYOUT } from '../../core/identity/identity-index.ts';
import type { IdentityStore } from '../../ports/identity-store.ts';

/** What reading needs of the stored identities. */
export type IdentityReader = Pick<IdentityStore, 'layout' | 'claimCount' | 'blocks' | 'merges' | 'moves'>;

/** Stands for a workspace that has no state yet. */
export const NO_IDENTITIES: IdentityReader = {
  layout: async () => EMPTY_LAYOUT,
  claimCount: async () => 0,
  blocks: async function* () {},
  merges: async () => [],
  moves: async () => [],
};
