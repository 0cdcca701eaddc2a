import type { Activity, ActivityQuery } from '../core/customerio/activity.ts';
import type { IdentifierType, Profile, ProfileIdentifiers } from '../core/customerio/profile.ts';

/** Reads back what Customer.io holds of people. Every call throws DestinationError when it can not be answered. */
export interface ProfileReader {
  /** Profiles of any number of people, in no order; those whom Customer.io does not know are missing. */
  profiles(people: readonly string[], by: IdentifierType, signal?: AbortSignal): Promise<readonly Profile[]>;

  /** The profile of one person; undefined when there is none. */
  profile(person: string, by: IdentifierType, signal?: AbortSignal): Promise<Profile | undefined>;

  /** Everybody with this e-mail address, also where addresses identify nobody and several people share one. */
  findByEmail(email: string, signal?: AbortSignal): Promise<readonly ProfileIdentifiers[]>;

  /** Everybody with an id or an e-mail address, page by page; who comes meanwhile may be missing. */
  everybody(signal?: AbortSignal): AsyncIterable<readonly ProfileIdentifiers[]>;

  /** What happened or was written down since a time, the newest first; ends early when it is no longer read. */
  activities(query: ActivityQuery, signal?: AbortSignal): AsyncIterable<Activity>;
}
