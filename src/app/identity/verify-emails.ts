import { isSameAddress } from '../../core/identity/judge-profile.ts';
import { type ReadBackOptions, unseen } from '../unseen.ts';

/** An address that somebody is to have. */
export interface ExpectedEmail {
  /** By the canonical identifier. */
  readonly person: string;
  readonly email: string;
}

/** Those whose address does not show up at Customer.io, however often it is looked for. */
export function unarrived<E extends ExpectedEmail>(
  expected: readonly E[],
  options: ReadBackOptions,
): Promise<readonly E[]> {
  return unseen(expected, options, ({ identifiers }, { email }) => {
    return identifiers.email !== undefined && isSameAddress(identifiers.email, email);
  });
}
