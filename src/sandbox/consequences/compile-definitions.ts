import type { CampaignDefinition } from '../campaigns/campaign.ts';
import type { Campaign, CampaignConditions, CampaignGoal } from '../campaigns/campaign-record.ts';
import { compileCondition, compileSegment } from '../segments/compile-condition.ts';
import type { CompiledCondition } from '../segments/compiled-condition.ts';
import type { EventCounters } from '../segments/event-counters.ts';
import type { MemberSet } from '../segments/member-set.ts';
import type { SegmentBook } from '../segments/segment-book.ts';
import { TrackedCondition } from '../segments/tracked-condition.ts';

/** Begins the name of a condition that is a segment. */
export const SEGMENT_PREFIX = 'segment ';

/**
 * Makes all conditions of a workspace ready and hands the campaigns theirs.
 * @param membersBefore who fulfilled a condition of that name so far, other than a segment's.
 * @returns the conditions to be kept track of.
 */
export function compileDefinitions(
  segments: SegmentBook,
  campaigns: Iterable<Campaign>,
  counters: EventCounters,
  membersBefore: (name: string) => MemberSet,
): readonly TrackedCondition[] {
  return new Compiler(segments, counters, membersBefore).compile(campaigns);
}

class Compiler {
  readonly #segments: SegmentBook;
  readonly #counters: EventCounters;
  readonly #membersBefore: (name: string) => MemberSet;
  readonly #bySegment = new Map<number, TrackedCondition>();
  readonly #all: TrackedCondition[] = [];

  constructor(segments: SegmentBook, counters: EventCounters, membersBefore: (name: string) => MemberSet) {
    this.#segments = segments;
    this.#counters = counters;
    this.#membersBefore = membersBefore;
  }

  compile(campaigns: Iterable<Campaign>): readonly TrackedCondition[] {
    for (const segment of this.#segments.all()) {
      const { id, when } = segment.definition;
      if (when === undefined) continue;
      const condition = compileSegment(segment, this.#segments, this.#counters);
      this.#bySegment.set(id, this.#track(`${SEGMENT_PREFIX}${id}`, condition, segment.members));
    }
    for (const campaign of campaigns) campaign.take(this.#conditionsOf(campaign.definition));
    return this.#all;
  }

  #track(name: string, condition: CompiledCondition, members = this.#membersBefore(name)): TrackedCondition {
    const tracked = new TrackedCondition(name, condition, members);
    this.#all.push(tracked);
    return tracked;
  }

  #conditionsOf(definition: CampaignDefinition): CampaignConditions {
    const { filter } = definition;
    const compiledFilter =
      filter === undefined ? undefined : compileCondition(filter, this.#segments, this.#counters);
    const staysWhile = this.#triggerCondition(definition);
    return {
      trigger: this.#triggerOf(definition, staysWhile, compiledFilter),
      staysWhile,
      filter: compiledFilter,
      goal: this.#goalOf(definition),
      onlyIf: new Map(definition.steps.flatMap((step) => this.#onlyIfOf(step))),
    };
  }

  #triggerCondition({ trigger }: CampaignDefinition): CompiledCondition | undefined {
    if (trigger.kind !== 'segments') return undefined;
    const parts = trigger.segmentIds.map((segment) =>
      compileCondition({ kind: 'segment', segment }, this.#segments, this.#counters),
    );
    return { kind: 'and', parts };
  }

  /** People enter when they are in all trigger segments and pass the filter, whichever comes last. */
  #triggerOf(
    { id, trigger }: CampaignDefinition,
    condition: CompiledCondition | undefined,
    filter: CompiledCondition | undefined,
  ): TrackedCondition | undefined {
    if (condition === undefined || trigger.kind !== 'segments') return undefined;
    const [only, other] = trigger.segmentIds;
    const isPlain = other === undefined && filter === undefined && only !== undefined;
    const shared = isPlain ? this.#bySegment.get(only) : undefined;
    if (shared !== undefined) return shared;
    const whole: CompiledCondition =
      filter === undefined ? condition : { kind: 'and', parts: [condition, filter] };
    return this.#track(`trigger of campaign ${id}`, whole);
  }

  #goalOf({ id, goal }: CampaignDefinition): CampaignGoal | undefined {
    if (goal === undefined) return undefined;
    const { aim, withinMs } = goal;
    if (aim.kind === 'event') return { kind: 'event', filter: aim.filter, withinMs };
    const condition = compileCondition(
      { kind: 'segment', segment: aim.segmentId },
      this.#segments,
      this.#counters,
    );
    const tracked = this.#bySegment.get(aim.segmentId) ?? this.#track(`goal of campaign ${id}`, condition);
    return { kind: 'segment', tracked, withinMs };
  }

  #onlyIfOf(step: CampaignDefinition['steps'][number]): readonly (readonly [number, CompiledCondition])[] {
    if (step.kind === 'wait' || step.onlyIf === undefined) return [];
    return [[step.actionId, compileCondition(step.onlyIf, this.#segments, this.#counters)]];
  }
}
