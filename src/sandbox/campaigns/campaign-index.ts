import type { TrackedCondition } from '../segments/tracked-condition.ts';
import type { Campaign } from './campaign-record.ts';

const NONE: readonly Campaign[] = [];

/** Which campaigns an event, or a change of membership, may concern. */
export class CampaignIndex {
  readonly #triggeredByEvent = new Map<string, Campaign[]>();
  readonly #aimingAtEvent = new Map<string, Campaign[]>();
  readonly #triggeredBy = new Map<TrackedCondition, Campaign[]>();
  readonly #aimingAt = new Map<TrackedCondition, Campaign[]>();

  constructor(campaigns: Iterable<Campaign>) {
    for (const campaign of campaigns) this.#file(campaign);
  }

  triggeredByEvent(name: string): readonly Campaign[] {
    return this.#triggeredByEvent.get(name) ?? NONE;
  }

  aimingAtEvent(name: string): readonly Campaign[] {
    return this.#aimingAtEvent.get(name) ?? NONE;
  }

  triggeredBy(tracked: TrackedCondition): readonly Campaign[] {
    return this.#triggeredBy.get(tracked) ?? NONE;
  }

  aimingAt(tracked: TrackedCondition): readonly Campaign[] {
    return this.#aimingAt.get(tracked) ?? NONE;
  }

  #file(campaign: Campaign): void {
    const { definition, conditions } = campaign;
    const { trigger, goal } = conditions;
    if (definition.trigger.kind === 'event')
      push(this.#triggeredByEvent, definition.trigger.filter.name, campaign);
    if (trigger !== undefined) push(this.#triggeredBy, trigger, campaign);
    if (goal?.kind === 'event') push(this.#aimingAtEvent, goal.filter.name, campaign);
    if (goal?.kind === 'segment') push(this.#aimingAt, goal.tracked, campaign);
  }
}

function push<Key>(lists: Map<Key, Campaign[]>, key: Key, campaign: Campaign): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [campaign]);
  else list.push(campaign);
}
