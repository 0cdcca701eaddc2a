import type { TriggerEvent } from './trigger-event.ts';

/** Why a journey ended before its last step. */
export type ExitReason = 'goal' | 'filter_fails' | 'trigger_ends' | 'person_gone' | 'campaign_stopped';

export type JourneyState = 'under_way' | 'finished' | 'exited';

/** A journey as plain values: for snapshots and for those who only look. */
export interface JourneyRecord {
  readonly serial: number;
  readonly campaignId: number;
  /** Serial of the person. */
  readonly person: number;
  readonly startedAtMs: number;
  /** undefined: entering a segment started it. */
  readonly trigger: TriggerEvent | undefined;
  readonly state: JourneyState;
  /** Position of the next step. */
  readonly step: number;
  /** When the next step is due; meaningless once it has ended. */
  readonly dueAtMs: number;
  readonly endedAtMs: number | undefined;
  readonly exitReason: ExitReason | undefined;
  readonly isActivated: boolean;
  readonly messagesSent: number;
  readonly lastSentAtMs: number | undefined;
  readonly convertedAtMs: number | undefined;
}

/** What a snapshot that went through text leaves out; here so that all journeys have their fields in one order. */
const NOT_YET = {
  trigger: undefined,
  endedAtMs: undefined,
  exitReason: undefined,
  lastSentAtMs: undefined,
  convertedAtMs: undefined,
} as const;

/**
 * One person's way through one campaign.
 *
 *   under_way ──(last step done)──▶ finished
 *       └────(goal, filter, trigger, person gone, campaign stopped)──▶ exited
 *
 * Converted it may be in any state: goals count for a while after the last message.
 */
export class Journey {
  /** Changed in place: a jump of the clock takes hundreds of thousands of journeys several steps on. */
  readonly #record: { -readonly [Field in keyof JourneyRecord]: JourneyRecord[Field] };

  constructor(record: JourneyRecord) {
    this.#record = { ...NOT_YET, ...record };
  }

  static started(
    serial: number,
    campaignId: number,
    person: number,
    atMs: number,
    trigger: TriggerEvent | undefined,
  ): Journey {
    return new Journey({
      ...NOT_YET,
      serial,
      campaignId,
      person,
      startedAtMs: atMs,
      trigger,
      state: 'under_way',
      step: 0,
      dueAtMs: atMs,
      isActivated: false,
      messagesSent: 0,
    });
  }

  /** As it is; it goes on changing. A snapshot takes a copy. */
  get record(): JourneyRecord {
    return this.#record;
  }

  get isUnderWay(): boolean {
    return this.#record.state === 'under_way';
  }

  /** Goes on to the next step, due then. */
  proceed(dueAtMs: number): void {
    this.#record.step += 1;
    this.#record.dueAtMs = dueAtMs;
  }

  /** Reached something other than a wait. */
  activate(): void {
    this.#record.isActivated = true;
  }

  messageSent(atMs: number): void {
    this.#record.messagesSent += 1;
    this.#record.lastSentAtMs = atMs;
  }

  convert(atMs: number): void {
    this.#record.convertedAtMs = atMs;
  }

  finish(atMs: number): void {
    this.#end('finished', atMs, undefined);
  }

  exit(atMs: number, reason: ExitReason): void {
    this.#end('exited', atMs, reason);
  }

  #end(state: 'finished' | 'exited', atMs: number, exitReason: ExitReason | undefined): void {
    if (!this.isUnderWay) return;
    this.#record.state = state;
    this.#record.endedAtMs = atMs;
    this.#record.exitReason = exitReason;
  }
}
