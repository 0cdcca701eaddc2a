/** What documentation and reports say of one kind of conflict. */
interface ConflictEntry {
  /** Completes "held, because …". */
  readonly reason: string;
  readonly cure: string;
}

/**
 * Ways in which the shop's identities contradict each other, or Customer.io's. Rows of the people concerned
 * are held until it is settled.
 */
export const CONFLICT_CODES = {
  email_on_two_people: {
    reason: 'one e-mail address stands with two ids',
    cure: 'Customer.io would give the address to one of them and refuse it to the other, in silence. Mend the rows, or merge the people: `millrace identity report --out FILE`.',
  },
  key_on_two_people: {
    reason: 'one key belongs to two people',
    cure: 'Events named by it could go to either. Mend the rows, merge the people, or declare the kind under `identity.may_share`.',
  },
  email_taken: {
    reason: 'the e-mail address belongs to another profile in Customer.io',
    cure: 'That profile would be changed instead. Merge the two (`millrace identity report --out FILE`), or mend the address.',
  },
  id_like_email: {
    reason: 'the id has the form of an e-mail address',
    cure: 'Customer.io takes such ids for addresses in some calls. Use another id, or accept it under `identity.accept`.',
  },
  emails_differ_by_accent: {
    reason: 'two addresses differ only by accents, which the collation of the shop ignores',
    cure: 'Joins by address have probably mixed the two. Compare with COLLATE utf8mb4_bin, mend the rows, or accept it under `identity.accept`.',
  },
  id_reused: {
    reason: 'the id was another person’s before',
    cure: 'History and consent of that person would go to this one. Delete the old profile in Customer.io or give it another id, then accept it under `identity.accept` for one run.',
  },
  mixed_identifiers: {
    reason: 'the value stands in the wrong column: it is known as another kind of key',
    cure: 'The models do not name people by the same identifier. Name the column under the kind of key that it holds.',
  },
} as const satisfies Record<string, ConflictEntry>;

export type ConflictCode = keyof typeof CONFLICT_CODES;

/** Conflicts that may be sent all the same when `identity.accept` says so: Customer.io can take them. */
export const ACCEPTABLE_CODES = ['id_like_email', 'emails_differ_by_accent', 'id_reused'] as const;
export type AcceptableCode = (typeof ACCEPTABLE_CODES)[number];

/** One contradiction, and whom it concerns by the value of the canonical identifier. */
export interface Conflict {
  readonly code: ConflictCode;
  /** Kind of key, or the model in which it was found. */
  readonly detail: string;
  readonly people: readonly string[];
  /** For `email_taken`: the other profile. */
  readonly other?: OtherProfile | undefined;
}

/** The profile in Customer.io that stands in the way of a person. */
export interface OtherProfile {
  /** Undefined when it is the one that the person's own address leads to. */
  readonly cioId: string | undefined;
  readonly id: string | undefined;
  /** Unix seconds, as Customer.io says. */
  readonly createdAt: number | undefined;
}
