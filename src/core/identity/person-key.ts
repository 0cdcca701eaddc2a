import type { CanonicalIdentifier } from '../contract/contract.ts';
import { IDENTIFIER_BYTES_MAX } from '../customerio/limits.ts';
import type { FaultCode } from '../shape/fault.ts';
import type { Cell } from '../shape/shape-value.ts';
import { normaliseEmail } from './email.ts';

/** The value of the canonical identifier, or why the row has none. */
export type PersonKey = { readonly key: string } | { readonly fault: FaultCode };

/** Ids are taken exactly as they are, for Customer.io tells upper from lower case; e-mails are normalised. */
export function personKey(cell: Cell, canonical: CanonicalIdentifier): PersonKey {
  if (cell === undefined) return { fault: 'not_text' };
  if (cell === null || cell.trim() === '') return { fault: 'person_missing' };
  const key = canonical === 'email' ? normaliseEmail(cell) : cell;
  if (key === undefined) return { fault: 'not_an_email' };
  return Buffer.byteLength(key) > IDENTIFIER_BYTES_MAX ? { fault: 'identifier_too_long' } : { key };
}
