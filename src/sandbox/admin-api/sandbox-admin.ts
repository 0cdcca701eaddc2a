import type { DefinitionsInput } from '../definitions/workspace-input.ts';
import type { FaultRuleInput } from '../faults/fault-rule.ts';
import type { LoggedRequest, RequestLogMode } from '../http/request-log.ts';
import type { ClockChange, ClockReading } from '../sandbox-clock.ts';
import type { SwitchChanges, Switches } from '../switches.ts';

/** What tells a sandbox from the real thing, and how full it is. */
export interface SandboxInfo {
  readonly sandbox: 'millrace';
  readonly environment_id: number;
  readonly region: 'us' | 'eu';
  readonly people: number;
  readonly events: number;
  /** Accepted and not yet visible. */
  readonly pending: number;
  readonly suppressed: number;
  readonly objects: number;
  readonly anonymous_events: number;
  /** The sandbox's clock: unix milliseconds. */
  readonly now_ms: number;
  readonly clock_rate: number;
}

/** A profile. Numbers in `attributes` may have lost digits; `literals` has them as they were sent. */
export interface SandboxPerson {
  readonly id: string | null;
  readonly email: string | null;
  readonly cio_id: string;
  /** Only where phone is an identifier; else it is one of the attributes. */
  readonly phone?: string;
  readonly created_at: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly literals: Readonly<Record<string, string>>;
}

export interface SandboxEvent {
  readonly id: string | null;
  readonly type: 'event' | 'page' | 'screen';
  readonly name: string;
  readonly person: {
    readonly id: string | null;
    readonly email: string | null;
    readonly cio_id: string;
  } | null;
  readonly is_person_deleted: boolean;
  readonly timestamp: number;
  readonly received_at: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** An activity as the App API gives it. */
export interface SandboxActivity {
  readonly id: string;
  readonly type: string;
  readonly timestamp: number;
  readonly name?: string;
  readonly url?: string;
  readonly customer_id: string | null;
  readonly customer_identifiers: {
    readonly id: string | null;
    readonly email: string | null;
    readonly cio_id: string;
  };
  readonly data: Readonly<Record<string, unknown>>;
}

export interface SandboxObject {
  readonly object_type_id: string;
  readonly object_id: string;
  readonly cio_object_id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Identifiers of each related person, with the attributes of the relationship. */
  readonly people: readonly (SandboxActivity['customer_identifiers'] & {
    readonly attributes: Readonly<Record<string, unknown>>;
  })[];
}

/** An attribute or event that is in use, or described in the data index. */
export interface SandboxDescribedName {
  readonly name: string;
  readonly description: string;
  readonly privacy_level: number;
  /** Whether somebody has the attribute, or did the event; Customer.io shows only those. */
  readonly is_in_use: boolean;
  /** Whose attribute it is where not a person's: of an object type, a relationship or an event. */
  readonly object_type_id?: number;
  readonly is_relationship?: boolean;
  readonly event_name?: string;
}

export interface SandboxDataIndex {
  readonly attributes: readonly SandboxDescribedName[];
  readonly events: readonly SandboxDescribedName[];
}

type SandboxIdentifiers = SandboxActivity['customer_identifiers'];

export interface SandboxSegmentReading {
  readonly id: number;
  readonly name: string;
  readonly type: 'dynamic' | 'manual';
  readonly state: 'build_queued' | 'build' | 'finished';
  /** Percent; null when finished. */
  readonly progress: number | null;
  /** How many people are in it, also while the App API still shows fewer. */
  readonly members: number;
}

export interface SandboxCampaignReading {
  readonly id: number;
  readonly name: string;
  readonly state: 'running' | 'draft' | 'stopped';
  readonly journeys: {
    readonly started: number;
    readonly under_way: number;
    readonly finished: number;
    readonly exited: number;
    readonly converted: number;
  };
  /** `sent` would have gone out, `failed` had no address, `withheld` met an unsubscribed person. */
  readonly messages: {
    readonly sent: number;
    readonly drafted: number;
    readonly failed: number;
    readonly withheld: number;
  };
}

/** Times are unix seconds, with milliseconds behind the point. */
export interface SandboxJourney {
  readonly id: string;
  readonly campaign_id: number;
  readonly person: SandboxIdentifiers | null;
  readonly state: 'under_way' | 'finished' | 'exited';
  readonly started_at: number;
  /** Position of the next step and when it is due; null when it has ended. */
  readonly next_step: number | null;
  readonly due_at: number | null;
  readonly ended_at: number | null;
  readonly exit_reason: string | null;
  readonly converted_at: number | null;
  readonly messages_sent: number;
  /** What started it; null: entering a segment did. */
  readonly event: { readonly name: string; readonly id: string | null; readonly timestamp: number } | null;
}

/** A message that a campaign would have sent. Nothing leaves the sandbox. */
export interface SandboxMessage {
  readonly id: string;
  readonly campaign_id: number;
  readonly action_id: number;
  readonly name: string;
  readonly channel: string;
  readonly person: SandboxIdentifiers | null;
  readonly recipient: string;
  readonly subject: string;
  readonly from: string | null;
  readonly reply_to: string | null;
  /** The campaign's settings that the event's properties took the place of. */
  readonly overridden_by_event: readonly ('from' | 'reply_to' | 'recipient')[];
  readonly created_at: number;
  readonly outcome: 'sent' | 'drafted' | 'failed' | 'withheld';
  readonly failure: string | null;
  readonly converted_at: number | null;
}

/** How the reports to one webhook fare. */
export interface SandboxWebhookReading {
  readonly url: string;
  readonly waiting: number;
  readonly sent: number;
  /** Given up after the last attempt, or dropped because too many waited. */
  readonly lost: number;
  /** What went wrong last. */
  readonly trouble?: string | undefined;
}

export type PersonQuery = { readonly id: string } | { readonly email: string } | { readonly cioId: string };

/** What happened to requests and items since the start or the last reset. */
export interface SandboxCounters {
  /** By route, then by status; `cut` and `hang` are connections without an answer. */
  readonly requests: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By kind of operation. */
  readonly items_accepted: Readonly<Record<string, number>>;
  readonly items_refused: number;
  readonly items_silently_dropped: number;
  /** What no answer tells: duplicates ignored, items of suppressed people, and the like. */
  readonly inside: Readonly<Record<string, number>>;
  readonly faults: readonly { readonly name: string; readonly hits: number }[];
}

/** The whole state of a sandbox at one moment; good for `restore` in the same process. */
export interface SandboxSnapshot {
  /** The sandbox's clock when it was taken: unix milliseconds. */
  readonly takenAtMs: number;
  readonly people: number;
  readonly events: number;
}

/** The admin calls for tests in the same process; everything is also there over HTTP under /_sandbox. */
export interface SandboxAdmin {
  info(): SandboxInfo;
  people(): readonly SandboxPerson[];
  person(query: PersonQuery): SandboxPerson | undefined;
  /** In the order they were applied. */
  events(name?: string): readonly SandboxEvent[];
  /** The newest first. */
  activities(type?: string): readonly SandboxActivity[];
  objects(): readonly SandboxObject[];
  dataIndex(): SandboxDataIndex;
  counters(): SandboxCounters;
  requests(): readonly LoggedRequest[];
  setRequestLog(change: { readonly log?: RequestLogMode; readonly clear?: boolean }): void;
  setFaults(rules: FaultRuleInput | readonly FaultRuleInput[]): void;
  clearFaults(): void;
  switches(): Switches;
  setSwitches(changes: SwitchChanges): void;
  nowMs(): number;
  setClock(change: ClockChange): ClockReading;
  /** Adds segments, campaigns and webhooks, or replaces those with the same id, in the words of a workspace file. */
  define(definitions: DefinitionsInput): void;
  segments(): readonly SandboxSegmentReading[];
  /** The people in a segment, named by id or name. */
  members(segment: number | string): readonly SandboxIdentifiers[];
  campaigns(): readonly SandboxCampaignReading[];
  /** Starts or stops a campaign; those under way leave when it stops, unless they may finish. */
  setCampaign(change: {
    readonly id: number;
    readonly state: 'running' | 'draft' | 'stopped';
    readonly people?: 'exit' | 'finish';
  }): void;
  /** In the order they started. */
  journeys(campaignId?: number): readonly SandboxJourney[];
  /** In the order they were made. */
  messages(campaignId?: number): readonly SandboxMessage[];
  webhooks(): readonly SandboxWebhookReading[];
  /** The whole state as it is now, to come back to. */
  snapshot(): SandboxSnapshot;
  /** As it was when the snapshot was taken: people, events, faults, switches, clock, counters, requests. */
  restore(snapshot: SandboxSnapshot): void;
  /** As just started; a new environment id unless one was fixed. */
  reset(options?: { readonly environmentId?: number }): void;
}
