import type { KeyRange } from '../diff/key-range.ts';

/** The right to write a range of keys, for as long as it is renewed. */
export interface Lease {
  readonly range: KeyRange;
  /** Grows with every lease given; a write under an older token is refused (fencing). */
  readonly token: number;
}

export interface LeaseRequest {
  readonly range: KeyRange;
  readonly holder: LeaseHolder;
  /** Unix ms. */
  readonly now: number;
}

/** Who holds a lease, for the one who has to wait. */
export interface LeaseHolder {
  readonly command: string;
  readonly host: string;
  readonly processId: number;
}

/** A lease that was not renewed for this long is over, if its process can not be asked. */
export const LEASE_SECONDS = 60;

/** Renewed this often: several chances before it ends. */
export const LEASE_RENEWAL_SECONDS = 10;
