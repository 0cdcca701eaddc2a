import type { z } from 'zod';
import type { Activity, ActivityQuery } from '../../core/customerio/activity.ts';
import type { IdentifierType, Profile, ProfileIdentifiers } from '../../core/customerio/profile.ts';
import { DestinationError } from '../../core/errors/millrace-error.ts';
import type { ProfileReader } from '../../ports/profile-reader.ts';
import { activitiesAnswer, emailAnswer, membersAnswer, profilesAnswer } from './app-answers.ts';
import { APP_REQUESTS_IN_FLIGHT, type AppClient } from './app-client.ts';
import { inParallel } from './in-parallel.ts';

/** Customer.io's own limits. */
const PROFILES_PER_REQUEST = 100;
const ACTIVITIES_PER_PAGE = 100;
const PEOPLE_PER_PAGE = 1000;

const HAS_IDENTIFIER = {
  or: ['id', 'email'].map((field) => ({ attribute: { field, operator: 'exists' } })),
};

/** A million activities: more than Customer.io's thirty days should ever be read for. */
const ACTIVITY_PAGES_MAX = 10_000;

const WORDS: Readonly<Record<IdentifierType, string>> = { id: 'id', email: 'e-mail', cio_id: 'cio_id' };

export class AppProfileReader implements ProfileReader {
  private readonly client: AppClient;

  constructor(client: AppClient) {
    this.client = client;
  }

  async profiles(
    people: readonly string[],
    by: IdentifierType,
    signal?: AbortSignal,
  ): Promise<readonly Profile[]> {
    const ids = [...new Set(people)].filter((person) => person !== '').map((id) => referenceText(by, id));
    const starts = Array.from({ length: Math.ceil(ids.length / PROFILES_PER_REQUEST) }, (_, index) => index);
    const pages = await inParallel(starts, APP_REQUESTS_IN_FLIGHT, (index) =>
      this.client.ask({
        what: `read people by ${WORDS[by]}`,
        path: '/v1/customers/attributes',
        query: { id_type: by },
        body: { ids: ids.slice(index * PROFILES_PER_REQUEST, (index + 1) * PROFILES_PER_REQUEST) },
        answer: profilesAnswer,
        signal,
      }),
    );
    return pages.flat();
  }

  async profile(person: string, by: IdentifierType, signal?: AbortSignal): Promise<Profile | undefined> {
    // The call for many takes any identifier; in the path of the call for one, a slash or a dot would get lost.
    const [profile] = await this.profiles([person], by, signal);
    return profile;
  }

  findByEmail(email: string, signal?: AbortSignal): Promise<readonly ProfileIdentifiers[]> {
    return this.client.ask({
      what: 'find people by their e-mail address',
      path: '/v1/customers',
      query: { email },
      answer: emailAnswer,
      signal,
    });
  }

  async *everybody(signal?: AbortSignal): AsyncIterable<readonly ProfileIdentifiers[]> {
    let start: string | undefined;
    do {
      const page: z.infer<typeof membersAnswer> = await this.client.ask({
        what: 'list people',
        path: '/v1/customers',
        query: { start, limit: PEOPLE_PER_PAGE },
        body: { filter: HAS_IDENTIFIER },
        answer: membersAnswer,
        signal,
      });
      yield page.identifiers;
      start = page.next ?? '';
    } while (start !== '');
  }

  /** A page tells the way to the next, so they are read one after the other. */
  async *activities(query: ActivityQuery, signal?: AbortSignal): AsyncIterable<Activity> {
    let start: string | undefined;
    for (let pages = 0; pages < ACTIVITY_PAGES_MAX; pages += 1) {
      const page = await this.activityPage(query, start, signal);
      if (page === undefined) return;
      const young = page.activities.filter((activity) => newestTime(activity) >= query.since);
      yield* young;
      if (young.length === 0 || page.next === '') return;
      start = page.next;
    }
    const message = `there are more than ${ACTIVITY_PAGES_MAX * ACTIVITIES_PER_PAGE} activities since the time asked for`;
    throw new DestinationError('app_api_refused', message, { hint: 'Ask for a shorter time, or one type.' });
  }

  /** Undefined for the activities of somebody who is not there. */
  private async activityPage(
    { type, name, person }: ActivityQuery,
    start: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly activities: readonly Activity[]; readonly next: string } | undefined> {
    const whose = person && { customer_id: referenceText(person.by, person.value), id_type: person.by };
    const page = await this.client.find({
      what: 'list activities',
      path: '/v1/activities',
      query: { ...whose, type, name, start, limit: ACTIVITIES_PER_PAGE },
      answer: activitiesAnswer,
      signal,
    });
    return page && { activities: page.activities, next: page.next ?? '' };
  }
}

/** A cio_id is asked for with its prefix, though the answers leave it out. */
function referenceText(by: IdentifierType, value: string): string {
  return by === 'cio_id' && !value.startsWith('cio_') ? `cio_${value}` : value;
}

/** Events stand in the log by when they arrived, and may carry a much older time. */
function newestTime({ timestamp, recordedAt }: Activity): number {
  return Math.max(timestamp, recordedAt ?? timestamp);
}
