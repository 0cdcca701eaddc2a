import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NO_DEFINITIONS } from '../definitions/workspace-definitions.ts';
import type { Operation } from '../operation.ts';
import { SandboxClock } from '../sandbox-clock.ts';
import { DEFAULT_SWITCHES } from '../switches.ts';
import { Workspace } from '../workspace.ts';
import type { Condition, ValueTest } from './condition.ts';
import type { SegmentDefinition } from './segment.ts';

const START_MS = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 3_600_000;
const hours = fc.integer({ min: 1, max: 6 }).map((count) => count * HOUR_MS);

const timeTests: fc.Arbitrary<ValueTest> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('within_past', 'before_past', 'within_next', 'after_next'),
      spanMs: hours,
    }),
  },
  fc.constantFrom<ValueTest>({ kind: 'exists' }, { kind: 'is_timestamp' }),
);

const textTests: fc.Arbitrary<ValueTest> = fc.record({
  kind: fc.constantFrom('eq', 'ne', 'contains'),
  value: fc.constantFrom('a', 'B'),
});

/** Mostly conditions whose answer changes with time. */
const leaves: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: timeTests.map((test) => ({ kind: 'attribute', name: 'at', test }) as const) },
  textTests.map((test) => ({ kind: 'attribute', name: 'plan', test }) as const),
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('event'),
      filter: fc.record({
        type: fc.constant('event'),
        name: fc.constant('bought'),
        where: fc.constantFrom(
          [],
          [{ property: 'n', test: { kind: 'gt', value: 2 }, isNegated: false } as const],
        ),
      }),
      times: fc.integer({ min: 1, max: 3 }),
      withinMs: fc.option(hours, { nil: undefined, freq: 4 }),
    }),
  },
  fc.constant<Condition>({ kind: 'segment', segment: 99 }),
);

const conditions: fc.Arbitrary<Condition> = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaves,
    fc.record({
      kind: fc.constantFrom('and', 'or'),
      parts: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not'), part: tie('condition') }),
  ),
})).condition;

type Step =
  | { readonly operation: Operation }
  | { readonly hours: number }
  | { readonly manual: boolean; readonly id: string };

const moments = fc.integer({ min: -7, max: 9 }).map((offset) => String(START_MS / 1000 + offset * 3600));
const ids = fc.oneof({ weight: 3, arbitrary: fc.constant('1') }, fc.constant('2'));

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(ids, fc.oneof({ weight: 6, arbitrary: moments }, fc.constantFrom('"a"', null)))
      .map(([id, literal]) => ({ operation: identify(id, 'at', literal) })),
  },
  fc.tuple(ids, fc.constantFrom('"a"', '"ab"', null)).map(([id, literal]) => ({
    operation: identify(id, 'plan', literal),
  })),
  {
    weight: 5,
    arbitrary: fc
      .record({ id: ids, n: fc.nat(5), offset: fc.integer({ min: -7, max: 3 }) })
      .map(({ id, n, offset }) => ({ operation: event(id, 'bought', n, offset) })),
  },
  { weight: 6, arbitrary: fc.integer({ min: 1, max: 3 }).map((count) => ({ hours: count })) },
  fc.record({ manual: fc.boolean(), id: ids }),
  fc.record({ primary: ids, secondary: ids }).map(({ primary, secondary }) => ({
    operation: { kind: 'merge' as const, primary: keyOf(primary), secondary: keyOf(secondary) },
  })),
  ids.map((id) => ({ operation: { kind: 'delete' as const, key: keyOf(id) } })),
);

function keyOf(value: string) {
  return { kind: 'id', value } as const;
}

function identify(id: string, name: string, literal: string | null): Operation {
  return {
    kind: 'identify',
    key: keyOf(id),
    id: undefined,
    email: undefined,
    phone: undefined,
    anonymousId: undefined,
    changes: [{ name, literal }],
    isUpdateOnly: false,
    timestamp: undefined,
    addedRelationships: [],
    deletedRelationships: [],
  };
}

function event(id: string, name: string, n: number, offsetHours: number): Operation {
  const timestamp = START_MS / 1000 + offsetHours * 3600;
  return {
    kind: 'event',
    type: 'event',
    key: keyOf(id),
    name,
    id: undefined,
    timestamp,
    attributes: `{"n":${n}}`,
  };
}

function segment(id: number, when: Condition | undefined): SegmentDefinition {
  const type = when === undefined ? 'manual' : 'dynamic';
  return { id, name: `segment ${id}`, type, description: '', tags: null, createdAt: undefined, when };
}

/** A workspace with a manual segment, and the segment in question if there is a condition. */
class Story {
  readonly workspace: Workspace;
  #nowMs = START_MS;

  constructor(when?: Condition) {
    const segments = [segment(99, undefined), ...(when === undefined ? [] : [segment(1, when)])];
    this.workspace = new Workspace({
      environmentId: 1,
      switches: { ...DEFAULT_SWITCHES, segmentBuildMs: 0 },
      clock: new SandboxClock(() => this.#nowMs),
      definitions: { ...NO_DEFINITIONS, segments },
      report: () => undefined,
    });
  }

  take(step: Step): void {
    if ('operation' in step) this.workspace.accept([step.operation]);
    else if ('hours' in step) this.#nowMs += step.hours * HOUR_MS;
    else {
      const kind = step.manual ? 'add_to_segment' : 'remove_from_segment';
      this.workspace.accept([{ kind, segmentId: 99, members: [keyOf(step.id)] }]);
    }
  }

  /** Judged from nothing: the definition differs each time, so everybody is asked. */
  membersAnew(when: Condition, attempt: number): readonly number[] {
    const anew = { ...segment(1, when), description: String(attempt) };
    this.workspace.define({ ...NO_DEFINITIONS, segments: [anew] });
    return membersOf(this.workspace, 1);
  }
}

function membersOf(workspace: Workspace, id: number): readonly number[] {
  return [...(workspace.consequences().segments.get(id)?.members.serials() ?? [])];
}

describe('members kept up to date', () => {
  test('are those whom the condition fits when everybody is asked anew, after every step', () => {
    fc.assert(
      fc.property(conditions, fc.array(steps, { minLength: 10, maxLength: 20 }), (when, list) => {
        const kept = new Story(when);
        const anew = new Story();
        for (const [at, step] of list.entries()) {
          kept.take(step);
          anew.take(step);
          expect(membersOf(kept.workspace, 1)).toEqual(anew.membersAnew(when, at));
        }
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  test('do not depend on how often somebody looks', () => {
    fc.assert(
      fc.property(conditions, fc.array(steps, { maxLength: 15 }), (when, list) => {
        const seldom = new Story(when);
        const often = new Story(when);
        for (const step of list) {
          seldom.take(step);
          for (const part of partsOf(step)) {
            often.take(part);
            often.workspace.state();
          }
        }
        expect(membersOf(often.workspace, 1)).toEqual(membersOf(seldom.workspace, 1));
      }),
      { numRuns: 200 },
    );
  }, 60_000);
});

/** Time hour by hour. */
function partsOf(step: Step): readonly Step[] {
  return 'hours' in step ? Array.from({ length: step.hours }, () => ({ hours: 1 })) : [step];
}

test('a merge brings the events, and the one merged away is in no segment', () => {
  const filter = { type: 'event' as const, name: 'bought', where: [] };
  const story = new Story({ kind: 'event', filter, times: 2, withinMs: undefined });
  story.take({ operation: event('1', 'bought', 0, -1) });
  story.take({ operation: event('2', 'bought', 0, -2) });
  story.take({ manual: true, id: '2' });
  expect(membersOf(story.workspace, 1)).toEqual([]);
  expect(membersOf(story.workspace, 99)).toEqual([1]);
  story.take({ operation: { kind: 'merge', primary: keyOf('1'), secondary: keyOf('2') } });
  expect(membersOf(story.workspace, 1)).toEqual([0]);
  expect(membersOf(story.workspace, 99)).toEqual([0]);
});
