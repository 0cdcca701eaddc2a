import { Journey, type JourneyRecord } from './journey.ts';
import type { TriggerEvent } from './trigger-event.ts';

const NONE: readonly Journey[] = [];

/** All journeys there ever were, by campaign and by person. */
export class JourneyBook {
  readonly #all: Journey[] = [];
  readonly #byCampaign = new Map<number, Journey[]>();
  readonly #byPerson = new Map<number, Journey[]>();

  constructor(from: readonly JourneyRecord[] = []) {
    for (const record of from) this.#file(new Journey(record));
  }

  snapshot(): readonly JourneyRecord[] {
    return this.#all.map(({ record }) => ({ ...record }));
  }

  get count(): number {
    return this.#all.length;
  }

  /** In the order they started. */
  all(): readonly Journey[] {
    return this.#all;
  }

  get(serial: number): Journey | undefined {
    return this.#all[serial - 1];
  }

  ofCampaign(campaignId: number): readonly Journey[] {
    return this.#byCampaign.get(campaignId) ?? NONE;
  }

  ofPerson(person: number): readonly Journey[] {
    return this.#byPerson.get(person) ?? NONE;
  }

  start(campaignId: number, person: number, atMs: number, trigger: TriggerEvent | undefined): Journey {
    const journey = Journey.started(this.#all.length + 1, campaignId, person, atMs, trigger);
    this.#file(journey);
    return journey;
  }

  #file(journey: Journey): void {
    const { campaignId, person } = journey.record;
    this.#all.push(journey);
    push(this.#byCampaign, campaignId, journey);
    push(this.#byPerson, person, journey);
  }
}

function push(lists: Map<number, Journey[]>, key: number, journey: Journey): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [journey]);
  else list.push(journey);
}
