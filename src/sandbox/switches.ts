import { z } from 'zod';

/**
 * How sure the default of a switch is: `documented` by Customer.io, `recorded` from a real answer or a
 * user's report, or `assumed` because nothing was found. Tests of Millrace's promises run under both
 * settings of whatever is assumed.
 */
export type Basis = 'documented' | 'recorded' | 'assumed';

export interface SwitchDescription {
  readonly basis: Basis;
  readonly meaning: string;
}

const flag = (isOn: boolean) => z.boolean().default(isOn);
const count = (value: number) => z.int().min(0).default(value);

/** The settings of a workspace, and the choices where Customer.io's behaviour is not documented. */
export const switchesSchema = z.strictObject({
  identifiers: z.enum(['email_or_id', 'id_only', 'email_only']).default('email_or_id'),
  phoneIdentifier: flag(false),
  allowEmailUpdateWithId: flag(false),
  autoMerge: flag(true),
  anonymousEventMerging: flag(true),
  premiumPlan: flag(false),
  newIdTakenEmail: z.enum(['update_owner', 'create_person']).default('update_owner'),
  identifierConflict: z.enum(['other_attributes_apply', 'nothing_applies']).default('other_attributes_apply'),
  olderUpdate: z.enum(['skip_whole', 'skip_attributes']).default('skip_whole'),
  emptyAttribute: z.enum(['removes', 'is_stored']).default('removes'),
  unknownPersonEvent: z.enum(['create', 'drop']).default('create'),
  unknownRelatedPerson: z.enum(['drop', 'create']).default('drop'),
  nonUlidEventId: z.enum(['reject', 'accept']).default('reject'),
  eventDedupeWindowSeconds: z.int().min(0).nullable().default(null),
  eventDedupeScope: z.enum(['workspace', 'person']).default('workspace'),
  unreadableTimestamp: z.enum(['reject', 'receipt_time']).default('reject'),
  applyDelayMs: count(0),
  applyJitterMs: count(0),
  shuffleBatch: flag(false),
  shuffleSeed: count(1),
  batchBytesMax: count(500_000),
  itemBytesMax: count(32_000),
  oversizeStatus: z.literal([400, 413]).default(400),
  pipelinesConvertTimes: flag(true),
  oversizeItem: z.enum(['refuse_item', 'refuse_batch']).default('refuse_item'),
  regionRedirectStatus: z.literal([301, 302, 307, 308]).default(307),
  trackRequestsPerSecondMax: count(0),
  trackOverLimit: z.enum(['status_429', 'silent_drop']).default('status_429'),
  appRequestsPerSecondMax: count(10),
  segmentBuildMs: count(1000),
  notEqualMatchesAbsent: flag(true),
  filterRecheckMinutes: count(30),
  futureEventTrigger: z.enum(['at_once', 'never']).default('at_once'),
  eventCampaignFrequency: z.enum(['every_time', 'once']).default('every_time'),
  segmentCampaignFrequency: z.enum(['once', 'every_time']).default('once'),
  exitCheck: z.enum(['next_message', 'at_once']).default('next_message'),
  exportReadyAfterMs: count(1000),
});

export type Switches = Readonly<z.infer<typeof switchesSchema>>;
export type SwitchChanges = Partial<Switches>;

export const DEFAULT_SWITCHES: Switches = Object.freeze(switchesSchema.parse({}));

/** What each switch is for, why its default is what it is. The documentation is checked against this. */
export const SWITCH_DESCRIPTIONS: Readonly<Record<keyof Switches, SwitchDescription>> = {
  identifiers: {
    basis: 'documented',
    meaning: 'By what people are told apart. New workspaces: email or id.',
  },
  phoneIdentifier: {
    basis: 'documented',
    meaning:
      'Whether a phone number in E.164 form identifies a person, besides id and e-mail; Track v1 has no paths for it. Off: phone is an attribute like any other.',
  },
  allowEmailUpdateWithId: {
    basis: 'documented',
    meaning: 'Whether an identify under id may change an e-mail address that is set (cases 17, 18).',
  },
  autoMerge: {
    basis: 'documented',
    meaning:
      'Whether an identify whose id and e-mail belong to two half-known people merges them (cases 15, 16).',
  },
  anonymousEventMerging: {
    basis: 'documented',
    meaning: 'Whether anonymous events join the person identified with their anonymous_id (case 61).',
  },
  premiumPlan: {
    basis: 'documented',
    meaning: 'Whether the workspace may mark attributes as sensitive in the data index; else that is a 422.',
  },
  newIdTakenEmail: {
    basis: 'documented',
    meaning:
      'A new id with the e-mail of a person who has another id: the Track description says that this person is updated; whether the id fails or a second person appears is a guess.',
  },
  identifierConflict: {
    basis: 'assumed',
    meaning:
      'Whether the other attributes of an identify apply when an identifier in it fails (cases 14, 17).',
  },
  olderUpdate: {
    basis: 'recorded',
    meaning:
      'What an identify with a timestamp older than the newest edit loses: everything (PostHog issue 55330) or the attributes set later (case 32).',
  },
  emptyAttribute: {
    basis: 'assumed',
    meaning:
      'Whether null or "" removes an attribute of a person; documented only for relationships (case 31).',
  },
  unknownPersonEvent: {
    basis: 'recorded',
    meaning:
      'An event for an identifier nobody has: creates a person (Kong/insomnia pull 10019) or is lost (case 58).',
  },
  unknownRelatedPerson: {
    basis: 'assumed',
    meaning:
      'A relationship of a person whom nobody has: is dropped, or creates the person with that identifier alone (case 78).',
  },
  nonUlidEventId: {
    basis: 'assumed',
    meaning:
      'An event id that is no ULID: refused, or used as a key all the same; reports contradict (case 51).',
  },
  eventDedupeWindowSeconds: {
    basis: 'documented',
    meaning: 'How long an event id is remembered. null: for ever; the documents name no end (case 49).',
  },
  eventDedupeScope: {
    basis: 'assumed',
    meaning: 'Whether an event id counts once in the workspace or once for each person.',
  },
  unreadableTimestamp: {
    basis: 'assumed',
    meaning: 'A timestamp that is no number: refused, or replaced by the time of receipt.',
  },
  applyDelayMs: {
    basis: 'assumed',
    meaning: 'How long after its 200 a change becomes visible (case 119).',
  },
  applyJitterMs: {
    basis: 'assumed',
    meaning: 'Up to this much more delay for each item, so that calls overtake each other (case 87).',
  },
  shuffleBatch: {
    basis: 'assumed',
    meaning: 'Whether the items of one batch are applied in a shuffled order (case 87).',
  },
  shuffleSeed: {
    basis: 'assumed',
    meaning: 'Seed of the shuffling and of the jitter.',
  },
  batchBytesMax: {
    basis: 'assumed',
    meaning: 'What "500kb" means: the smaller reading, 500,000 bytes (case 85).',
  },
  itemBytesMax: {
    basis: 'assumed',
    meaning: 'What "32kb" means: the smaller reading, 32,000 bytes (case 73).',
  },
  oversizeStatus: {
    basis: 'assumed',
    meaning: 'The status of a body that is too large: 400 is the documented refusal, 413 the usual one.',
  },
  pipelinesConvertTimes: {
    basis: 'assumed',
    meaning:
      'Whether the Pipelines API turns ISO 8601 date-times in traits and properties into unix seconds, as the destination for Customer.io of similar products does by default.',
  },
  oversizeItem: {
    basis: 'assumed',
    meaning: 'Whether one item above its limit is refused alone (207) or takes the whole batch with it.',
  },
  regionRedirectStatus: {
    basis: 'assumed',
    meaning:
      'The status of the redirect that a workspace in the EU answers with at a US host, one whose name begins with "track." (case 5).',
  },
  trackRequestsPerSecondMax: {
    basis: 'documented',
    meaning: 'Track requests a second; 0: no limit. Documented as 1,000, "not strictly enforced" (case 91).',
  },
  trackOverLimit: {
    basis: 'assumed',
    meaning: 'What happens above that: 429 without Retry-After, or 200 and nothing applied (case 91).',
  },
  exportReadyAfterMs: {
    basis: 'assumed',
    meaning: 'How long an export is pending before it can be downloaded.',
  },
  appRequestsPerSecondMax: {
    basis: 'documented',
    meaning: 'App API requests in any second; beyond them 429 with an empty body (case 115). 0: no limit.',
  },
  segmentBuildMs: {
    basis: 'assumed',
    meaning:
      'How long a segment added to a workspace in use is built: until then its state is not finished and its members are not all shown (case 110).',
  },
  notEqualMatchesAbsent: {
    basis: 'assumed',
    meaning: 'Whether "is not equal to" and "does not contain" hold for people without the attribute.',
  },
  filterRecheckMinutes: {
    basis: 'documented',
    meaning:
      'How long an event whose person fails the filter of a campaign is tried again (page on campaign changes); 0: not at all. How often is not said; the sandbox tries whenever something changes.',
  },
  futureEventTrigger: {
    basis: 'assumed',
    meaning: 'Whether an event whose time lies in the future triggers campaigns when it comes, or never.',
  },
  eventCampaignFrequency: {
    basis: 'assumed',
    meaning: 'How often a person may start a campaign that an event triggers and that says nothing of it.',
  },
  segmentCampaignFrequency: {
    basis: 'assumed',
    meaning:
      'The same for campaigns that entering a segment triggers: once, or each time the person enters it again.',
  },
  exitCheck: {
    basis: 'documented',
    meaning:
      'When people who no longer pass filter or trigger leave a campaign: when they reach the next message (page on campaign changes), or at once.',
  },
};
