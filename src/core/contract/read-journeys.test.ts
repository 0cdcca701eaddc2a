import { describe, expect, it } from 'vitest';
import { contractOf, EVENT_YAML, PEOPLE_YAML, problemsOf } from '../../../test/support/contract-files.ts';
import { campaignIn, isCampaign } from '../journeys/journey.ts';

const models = { customers: [PEOPLE_YAML], orders: [EVENT_YAML] } as const;

const JOURNEYS = `journeys:
  confirmation:
    campaign: 3
    uses: { events: [order_placed], attributes: [total_orders] }
    needs_within: 10m
  winback:
    campaign: { us-1: 7, us-2: Win them back }
    backfill: { safe: "  Its segment looks at tags only. " }
`;

describe('journeys.yml', () => {
  it('names campaigns, what they use, and which a backfill can not start', () => {
    expect(contractOf({ models, journeys: JOURNEYS }).journeys).toEqual([
      {
        name: 'confirmation',
        campaign: 3,
        events: ['order_placed'],
        attributes: ['total_orders'],
        safeBecause: undefined,
        needsWithinSeconds: 600,
      },
      {
        name: 'winback',
        campaign: new Map<string, unknown>([
          ['us-1', 7],
          ['us-2', 'Win them back'],
        ]),
        events: [],
        attributes: [],
        safeBecause: 'Its segment looks at tags only.',
        needsWithinSeconds: undefined,
      },
    ]);
  });

  it('may be missing, or hold nothing but comments', () => {
    for (const journeys of [undefined, '', '# nothing yet\n', 'journeys: {}\n']) {
      expect(contractOf({ models, ...(journeys !== undefined && { journeys }) }).journeys).toEqual([]);
    }
  });

  it.each([
    [
      'an unknown key',
      'journeys:\n  a:\n    campain: 3\n',
      [
        'journeys.yml:2:3: `journeys.a.campaign` is missing → Add `campaign:` here.',
        'journeys.yml:3:5: unknown key `campain` → Did you mean `campaign`?',
      ],
    ],
    [
      'an event and an attribute that nobody sends',
      'journeys:\n  a:\n    campaign: 1\n    uses: { events: [order_place], attributes: [total_order] }\n',
      [
        'journeys.yml:4:22: no model makes the event `order_place` → Did you mean `order_placed`?',
        'journeys.yml:4:49: no people model has the attribute `total_order` → Did you mean `total_orders`?',
      ],
    ],
    [
      'two journeys of one campaign',
      'journeys:\n  a: { campaign: 1 }\n  b: { campaign: 1 }\n',
      [
        'journeys.yml:3:18: two journeys have this campaign → Write one journey for each campaign; the other is `a`.',
      ],
    ],
    [
      'a reason of nothing',
      'journeys:\n  a: { campaign: 1, backfill: { safe: " " } }\n',
      [
        'journeys.yml:2:39: `journeys.a.backfill.safe`: a reason may not be empty → Correct the value; docs/reference/contract.md describes every key.',
      ],
    ],
    [
      'no number and no name',
      'journeys:\n  a: { campaign: true }\n',
      [
        'journeys.yml:2:18: `journeys.a.campaign`: `campaign` is a number, a name, or a mapping of workspaces and their campaigns → Correct the value; docs/reference/contract.md describes every key.',
      ],
    ],
    [
      'a span of time in words',
      'journeys:\n  a: { campaign: 1, needs_within: soon }\n',
      [
        'journeys.yml:2:35: `journeys.a.needs_within`: a duration like 30s, 15m, 24h or 7d is expected here → Correct the value; docs/reference/contract.md describes every key.',
      ],
    ],
  ])('tells where %s stands', (_what, journeys, problems) => {
    expect(problemsOf({ models, journeys })).toEqual(problems);
  });

  it('is not judged by names as long as a model can not be read', () => {
    const journeys = 'journeys:\n  a: { campaign: 1, uses: { events: [order_placed] } }\n';
    const problems = problemsOf({ models: { orders: ['kind: event\n'] }, journeys });
    expect(problems.filter((line) => line.startsWith('journeys.yml'))).toEqual([]);
  });
});

describe('a campaign', () => {
  const [confirmation, winback] = contractOf({ models, journeys: JOURNEYS }).journeys;

  it('is looked up by the workspace where it differs', () => {
    expect(confirmation && campaignIn(confirmation, 'us-9')).toBe(3);
    expect(winback && campaignIn(winback, 'us-2')).toBe('Win them back');
    expect(winback && campaignIn(winback, 'us-9')).toBeUndefined();
  });

  it('is the one of that number, or of that name in whatever capitals', () => {
    const campaign = { id: 7, name: 'Win Them Back ' };
    expect(isCampaign(campaign, 7)).toBe(true);
    expect(isCampaign(campaign, 'win them back')).toBe(true);
    expect(isCampaign(campaign, 'win them')).toBe(false);
    expect(isCampaign({ id: 3, name: '7' }, 7)).toBe(false);
  });
});

describe('the mark of a backfill', () => {
  it('may not be a property of the event', () => {
    const yaml = `${EVENT_YAML}properties:\n  backfilled: { type: boolean }\n`;
    expect(problemsOf({ models: { orders: [yaml] } })).toEqual([
      'models/orders.yml:7:3: the property `backfilled` is the mark of events that a backfill sends → Rename the property, or give the mark another name: `defaults.backfill_marker`.',
    ]);
  });
});
