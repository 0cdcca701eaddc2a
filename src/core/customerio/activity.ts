import type { IdentifierType, ProfileIdentifiers } from './profile.ts';

/** One line of Customer.io's activity log. Types and shapes of `detail` are Customer.io's own. */
export interface Activity {
  readonly id: string;
  /** `event`, `attribute_change`, `failed_attribute_change`, `profile_merge` … */
  readonly type: string;
  /** Unix seconds; of an event, the time that it carries itself. */
  readonly timestamp: number;
  /** Unix seconds of when it was written down, where the id tells; events can be much older than that. */
  readonly recordedAt: number | undefined;
  /** Name of the event; undefined for most other types. */
  readonly name: string | undefined;
  readonly person: ProfileIdentifiers;
  /** `data` as it came. */
  readonly detail: Readonly<Record<string, unknown>>;
}

export interface ActivityQuery {
  readonly type?: string;
  /** Name of an event, or of an attribute that changed. */
  readonly name?: string;
  readonly person?: { readonly by: IdentifierType; readonly value: string };
  /** Unix seconds: how far to go back. Customer.io keeps 30 days. */
  readonly since: number;
}

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const TIME_CHARACTERS = 10;

/** The time (unix seconds) that an activity's id carries when it is a ULID, as those of Customer.io look. */
export function recordedAtOf(id: string): number | undefined {
  if (!ULID.test(id)) return undefined;
  const ms = [...id.slice(0, TIME_CHARACTERS)].reduce(
    (sum, character) => sum * CROCKFORD.length + CROCKFORD.indexOf(character),
    0,
  );
  return Math.floor(ms / 1000);
}
