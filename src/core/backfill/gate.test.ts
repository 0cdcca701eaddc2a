import { describe, expect, it } from 'vitest';
import type { Campaign } from '../customerio/journey.ts';
import { type BackfillRequest, type EventAges, NO_AGES } from './backfill-plan.ts';
import { type CampaignConcern, campaignConcerns } from './campaign-concern.ts';
import { judgeGate } from './gate.ts';
import { refusalWords } from './refusal-words.ts';

const REQUEST: BackfillRequest = {
  kind: 'backfill',
  mode: 'historical',
  model: 'orders',
  event: 'order_placed',
  from: 0,
  to: 2_000_000_000,
  rate: undefined,
  safe: [],
  allowsJourneys: false,
  reason: undefined,
};
const OLD: EventAges = { ...NO_AGES, events: 997, oldestAt: 1, newestAt: 9 };
const YOUNG: EventAges = { ...OLD, events: 1000, young: 3, firstYoungAt: 1_780_000_000 };

function campaign(id: number, more: Partial<Campaign> = {}): Campaign {
  return {
    id,
    name: `Campaign ${id}`,
    isActive: true,
    state: 'running',
    eventName: undefined,
    triggerSegmentIds: [],
    filterSegmentIds: [],
    objectTypeId: undefined,
    firstStartedAt: undefined,
    tags: [],
    ...more,
  };
}

function concerns(
  campaigns: readonly Campaign[],
  more: Partial<Parameters<typeof campaignConcerns>[0]> = {},
): readonly CampaignConcern[] {
  return campaignConcerns({
    campaigns,
    segments: [],
    event: 'order_placed',
    mode: 'historical',
    safe: [],
    ...more,
  });
}

const how = (one: Campaign, more = {}): string | undefined => concerns([one], more)[0]?.how;

describe('what a campaign has to do with a backfill', () => {
  it('is told by the fields that are there', () => {
    expect(how(campaign(1, { eventName: ' Order_Placed ' }))).toBe('listens');
    expect(how(campaign(1, { eventName: 'refund_issued' }))).toBe('none');
    expect(how(campaign(1, { triggerSegmentIds: [7] }))).toBe('segment');
    expect(how(campaign(1, { objectTypeId: '1' }))).toBe('none');
    expect(how(campaign(1, { filterSegmentIds: [7] }))).toBe('none');
    expect(how(campaign(1))).toBe('none');
  });

  it('is another thing for attributes, which no event name starts and a date may', () => {
    const mode = 'attributes_only';
    expect(how(campaign(1, { eventName: 'order_placed' }), { mode })).toBe('none');
    expect(how(campaign(1, { triggerSegmentIds: [7] }), { mode })).toBe('segment');
    expect(how(campaign(1), { mode })).toBe('attribute');
  });

  it('is nothing for drafts and stopped ones, and taken for running in a state that nobody knows', () => {
    expect(concerns([campaign(1, { state: 'draft' }), campaign(2, { state: 'stopped' })])).toEqual([]);
    const odd = campaign(1, { state: 'paused?', isActive: false, eventName: 'order_placed' });
    expect(concerns([odd])).toMatchObject([{ how: 'listens' }]);
  });

  it('names segments, also one that the list does not hold, and puts who is concerned first', () => {
    const segments = [
      { id: 7, name: 'Lapsed', description: '', kind: 'dynamic', isBuilt: true, tags: [] } as const,
    ];
    const both = [campaign(1), campaign(2, { triggerSegmentIds: [7, 8] })];
    expect(concerns(both, { segments })).toMatchObject([
      { campaign: { id: 2 }, segments: ['Lapsed', 'segment 8'] },
      { campaign: { id: 1 } },
    ]);
  });
});

describe('the gate', () => {
  const verdict = (ages: EventAges, found: readonly CampaignConcern[] | undefined, more = {}) =>
    judgeGate({ request: { ...REQUEST, ...more }, ages, youngEvents: [], concerns: found });
  const listening = concerns([campaign(3, { eventName: 'order_placed' })]);
  const bySegment = concerns([campaign(4, { triggerSegmentIds: [7] })]);

  it('lets old events pass whoever listens, and young ones only when nobody does', () => {
    expect(verdict(OLD, listening).refusals).toEqual([]);
    expect(verdict(YOUNG, []).refusals).toEqual([]);
    expect(verdict(YOUNG, listening).refusals).toMatchObject([
      { kind: 'young_events', events: 3, passingTo: 1_780_000_000 },
    ]);
  });

  it('without an App API key takes every event for listened to, and says what it did not see', () => {
    expect(verdict(YOUNG, undefined).refusals).toMatchObject([{ kind: 'young_events', campaigns: [] }]);
    expect(verdict(OLD, undefined)).toMatchObject({ refusals: [] });
    expect(verdict(OLD, undefined).unchecked).toHaveLength(2);
    expect(verdict(OLD, []).unchecked).toEqual([]);
  });

  it('is closed by a segment until its campaign is named as safe', () => {
    expect(verdict(OLD, bySegment).refusals).toMatchObject([{ kind: 'unsafe_campaigns' }]);
    const safe = [{ campaign: 4, reason: 'tags only', saidIn: 'command line' } as const];
    const named = concerns([campaign(4, { triggerSegmentIds: [7] })], { safe });
    expect(verdict(OLD, named).refusals).toEqual([]);
    // Naming a campaign as safe does not stop it from listening.
    const both = concerns([campaign(4, { eventName: 'order_placed' })], { safe });
    expect(verdict(YOUNG, both).refusals).toHaveLength(1);
    expect(verdict(NO_AGES, bySegment).refusals).toEqual([]);
  });

  it('is open when journeys are wanted', () => {
    expect(verdict(YOUNG, [...listening, ...bySegment], { allowsJourneys: true }).refusals).toEqual([]);
  });

  it('tells the end with which nothing would be young', () => {
    const words = refusalWords(verdict(YOUNG, [...listening, ...bySegment]), REQUEST, YOUNG);
    expect(words.message).toBe(
      '3 of 1000 events could start a journey (younger than 73 hours), and a running campaign listens to order_placed: Campaign 3 (3); a running campaign starts by segments or attributes that this could move: Campaign 4 (4 by segment 7)',
    );
    expect(words.hint).toContain('`--to 2026-05-28T20:26:40Z`');
    expect(words.hint).toContain("`--safe '4=its segment looks at tags only'`");
  });
});
