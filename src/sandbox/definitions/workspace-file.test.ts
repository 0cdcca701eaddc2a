import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SandboxError } from '../sandbox-error.ts';
import { startSandbox } from '../start-sandbox.ts';
import { parseWorkspaceFile } from './read-workspace-file.ts';
import { readDefinitions } from './workspace-definitions.ts';

const WHOLE = `
# A workspace with one of everything.
switches:
  identifiers: id_only
  applyDelayMs: 500
segments:
  - id: 1
    name: Bought collagen
    description: Twice in a month
    tags: [products]
    created_at: 2026-01-01
    when:
      event: order_placed
      where:
        - { property: category, eq: collagen }
        - { property: 'items[].sku', contains: C- }
      times: 2
      within_past: 30d
  - id: 2
    name: Chosen people
  - id: 3
    name: Mixed
    when:
      or:
        - and:
            - { attribute: plan, ne: free }
            - { attribute: total, gt: 10.5 }
            - { attribute: trial_ends_at, within_next: 3d }
        - not: { segment: bought COLLAGEN }
        - { event: order_placed, performed: false }
        - { attribute: signed_up_at, after: 2026-01-01T00:00:00+01:00 }
        - { attribute: email, exists: false }
campaigns:
  - id: 10
    name: Replenish
    trigger: { event: order_placed, where: [{ property: category, eq: collagen }] }
    filter: { segment: 2 }
    frequency: every_time
    min_interval: 1h
    steps:
      - wait: 21d
      - message: Time for more
        subject: More?
        only_if: { attribute: plan, eq: pro }
    goal: { event: order_placed, within: 7d }
    exit: [goal]
  - { id: 11, name: Winback, state: draft, trigger: { segments: [1, Mixed] }, frequency: { every: 30d } }
  - { id: 12, name: Object, trigger: { object: 1 } }
reporting_webhooks:
  - { url: 'http://127.0.0.1:9000/hook', signing_key: secret, metrics: [sent] }
`;

/** What is wrong with the text, line by line. */
function mistakesIn(text: string): readonly string[] {
  try {
    parseWorkspaceFile(text, 'workspace.yml');
    return [];
  } catch (error) {
    if (error instanceof SandboxError) return error.message.split('\n');
    throw error;
  }
}

describe('a workspace file', () => {
  test('is read whole; segments may be named by name', () => {
    const workspace = parseWorkspaceFile(WHOLE, 'workspace.yml');
    expect(workspace.switches).toEqual({ identifiers: 'id_only', applyDelayMs: 500 });
    expect(workspace.segments.map(({ id, type }) => [id, type])).toEqual([
      [1, 'dynamic'],
      [2, 'manual'],
      [3, 'dynamic'],
    ]);
    expect(workspace.segments[0]).toMatchObject({
      createdAt: Date.UTC(2026, 0, 1) / 1000,
      when: { kind: 'event', times: 2, withinMs: 30 * 86_400_000 },
    });
    expect(workspace.segments[2]?.when).toMatchObject({
      kind: 'or',
      parts: [
        {
          kind: 'and',
          parts: [{}, { test: { kind: 'gt', value: 10.5 } }, { test: { spanMs: 3 * 86_400_000 } }],
        },
        { kind: 'not', part: { kind: 'segment', segment: 1 } },
        { kind: 'not', part: { kind: 'event', times: 1 } },
        { test: { kind: 'after', atMs: Date.UTC(2025, 11, 31, 23) } },
        { kind: 'not', part: { kind: 'attribute', test: { kind: 'exists' } } },
      ],
    });
    expect(workspace.campaigns[0]).toMatchObject({
      state: 'running',
      steps: [
        { kind: 'wait', spanMs: 21 * 86_400_000 },
        { kind: 'message', actionId: 10_002, channel: 'email' },
      ],
      exits: ['goal'],
    });
    expect(workspace.campaigns[1]?.trigger).toEqual({ kind: 'segments', segmentIds: [1, 3] });
    expect(workspace.reportingWebhooks).toMatchObject([{ signingKey: 'secret', metrics: ['sent'] }]);
  });

  test('may be empty', () => {
    expect(parseWorkspaceFile('', 'x.yml')).toMatchObject({ segments: [], campaigns: [], switches: {} });
    expect(parseWorkspaceFile('# nothing\n', 'x.yml').segments).toEqual([]);
  });

  test.each([
    ['segmants: []', 'workspace.yml:1:1: unknown field "segmants"; did you mean "segments"?'],
    [
      'segments:\n  - id: 1\n    name: A\n    wen: {}',
      'workspace.yml:4:5: unknown field "wen"; did you mean "when"?',
    ],
    [
      'segments:\n  - id: 1\n    name: A\n    when: { atribute: plan, eq: pro }',
      'workspace.yml:4:5: a condition must have exactly one of attribute, event, segment, and, or, not',
    ],
    [
      'segments:\n  - id: 1\n    name: A\n    when:\n      and:\n        - { attribute: plan, eqq: pro }',
      'workspace.yml:6:30: unknown field "eqq"; did you mean "eq"?',
    ],
    [
      'segments:\n  - id: 1\n    name: A\n    when: { attribute: at, within_past: 30 days }',
      'workspace.yml:4:28: "30 days" is no span of time; write one such as 30m, 24h, 21d or 2w, at most a hundred years',
    ],
    [
      'segments:\n  - id: 1\n    name: A\n    when: { attribute: at, within_past: 30 }',
      'workspace.yml:4:28: write a span of time such as 30m, 24h, 21d or 2w',
    ],
    [
      'segments:\n  - id: 1\n    name: A\n    when: { attribute: a, eq: 1, gt: 2 }',
      'workspace.yml:4:5: exactly one test is needed: ',
    ],
    [
      'segments:\n  - id: 1\n    name: A\n    when: { attribute: a, after: yesterday }',
      'workspace.yml:4:27: write a moment as 2026-11-23T10:00:00Z, with its zone, or in unix seconds',
    ],
    ['segments:\n  - name: A', 'workspace.yml:2:5: id is missing: number is needed'],
    ['segments:\n  - id: one\n    name: A', 'workspace.yml:2:5: write a whole number'],
    ['segments:\n  - { id: 1, name: A }\n  - { id: 1, name: B }', 'workspace.yml:3:7: id 1 is used twice'],
    [
      'segments:\n  - { id: 1, name: A }\n  - { id: 2, name: a }',
      'workspace.yml:2:14: another segment is called "A" too',
    ],
    [
      'segments:\n  - { id: 1, name: Lapsed }\ncampaigns:\n  - id: 1\n    name: X\n    trigger: { segment: Lapst }',
      'workspace.yml:6:16: there is no segment called "Lapst"; did you mean "Lapsed"?',
    ],
    [
      'segments:\n  - { id: 1, name: Lapsed }\ncampaigns:\n  - id: 1\n    name: X\n    trigger: { segments: [1, 9] }',
      'workspace.yml:6:30: there is no segment 9; there are 1 (Lapsed)',
    ],
    [
      'campaigns:\n  - { id: 1, name: X, trigger: { event: e }, filter: { segment: 1 } }',
      'workspace.yml:2:56: there is no segment 1; there are none',
    ],
    [
      'segments:\n  - { id: 1, name: A, when: { segment: 2 } }\n  - { id: 2, name: B, when: { not: { segment: 1 } } }',
      'workspace.yml:2:23: segment "A" refers to itself',
    ],
    [
      'segments:\n  - { id: 1, name: A, type: manual, when: { attribute: a, eq: 1 } }',
      'workspace.yml:2:37: a manual segment has no condition',
    ],
    [
      'campaigns:\n  - { id: 1, name: X }',
      'workspace.yml:2:5: a trigger must have exactly one of event, segment, ',
    ],
    [
      'campaigns:\n  - id: 1\n    name: X\n    trigger: { event: e }\n    steps:\n      - wait: 1d\n        mesage: hello',
      'workspace.yml:7:9: unknown field "mesage"',
    ],
    [
      'campaigns:\n  - { id: 1, name: X, trigger: { event: e }, goal: { event: f, within: 91d } }',
      'workspace.yml:2:64: a goal can be reached within 90 days at most',
    ],
    [
      'campaigns:\n  - { id: 1, name: X, trigger: { event: e }, frequency: { every: 1m } }',
      'workspace.yml:2:46: write once, every_time, or { every: 30d } with at least 1h',
    ],
    ['campaigns:\n  - { id: 1, name: X, trigger: { event: e }, state: runing }', 'workspace.yml:2:46: '],
    ['switches:\n  autoMerg: true', 'workspace.yml:2:3: unknown field "autoMerg"; did you mean "autoMerge"?'],
    [
      'reporting_webhooks:\n  - { url: "ftp://x", signing_key: k }',
      'workspace.yml:2:7: write an http or https URL',
    ],
    ['segments: [', 'workspace.yml:1:12: '],
    ['a: 1\na: 2', 'workspace.yml:2:1: '],
    ['- 1', 'workspace.yml:1:1: '],
    ['segments: *nothing', 'workspace.yml: '],
  ])('%j: %s', (text, mistake) => {
    expect(mistakesIn(text)[0]?.slice(0, mistake.length)).toBe(mistake);
  });

  test('all mistakes are told at once', () => {
    const text =
      'segments:\n  - { id: 0, name: A }\ncampaigns:\n  - { id: 1, name: "", trigger: { event: e } }\nextra: 1';
    expect(mistakesIn(text)).toHaveLength(3);
  });

  test('conditions nested too deeply are refused, not followed', () => {
    const deep = `${'{"not":'.repeat(500)}{"attribute":"a","eq":1}${'}'.repeat(500)}`;
    const text = `{"segments":[{"id":1,"name":"A","when":${deep}}]}`;
    expect(mistakesIn(text).join()).toContain('nest at most');
  });

  test('whatever the file holds, it is read or refused with a place', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value));
    const near = fc
      .array(fc.constantFrom(...WHOLE.split('\n')), { maxLength: 30 })
      .map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(fc.oneof(json, near, fc.string()), (text) => {
        for (const mistake of mistakesIn(text)) expect(mistake).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });
});

describe('definitions of an option or an admin call', () => {
  test('tell the path instead of a line', () => {
    const bad = {
      campaigns: [{ id: 1, name: 'X', trigger: { event: 'e' }, steps: [{ wait: '1d' }, { wait: 'x' }] }],
    };
    expect(() => readDefinitions(bad)).toThrow('campaigns[0].steps[1].wait: "x" is no span of time');
    expect(() => readDefinitions([])).toThrow(SandboxError);
    expect(() => readDefinitions('x')).toThrow(SandboxError);
  });

  test('may refer to segments that are there already, but not take their names', () => {
    const { segments } = readDefinitions({ segments: [{ id: 1, name: 'A' }] });
    expect(
      readDefinitions({ segments: [{ id: 2, name: 'B', when: { segment: 'A' } }] }, segments).segments,
    ).toHaveLength(1);
    expect(() => readDefinitions({ segments: [{ id: 2, name: 'A' }] }, segments)).toThrow(
      'another segment is called "A"',
    );
    const circle = { segments: [{ id: 1, name: 'A', when: { segment: 1 } }] };
    expect(() => readDefinitions(circle, segments)).toThrow('refers to itself');
  });
});

describe('a sandbox started with a workspace', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'millrace-workspace-'));
    await writeFile(join(folder, 'good.yml'), WHOLE);
    await writeFile(join(folder, 'bad.yml'), 'segments: 7');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('has what the file says; switches of the options come first', async () => {
    const sandbox = await startSandbox({
      workspaceFile: join(folder, 'good.yml'),
      switches: { applyDelayMs: 0 },
      segments: [{ id: 4, name: 'In few words', type: 'manual' }],
      campaigns: [
        { id: 13, name: 'In few words', state: 'running', triggerSegmentIds: [4], filterSegmentIds: [1] },
        { id: 14, name: 'On event', state: 'stopped', eventName: 'e', active: true },
        { id: 15, name: 'On object', state: 'draft', objectTypeId: 3 },
      ],
    });
    expect(sandbox.admin.switches()).toMatchObject({ identifiers: 'id_only', applyDelayMs: 0 });
    expect(sandbox.admin.segments().map(({ id }) => id)).toEqual([1, 2, 3, 4]);
    expect(sandbox.admin.campaigns().map(({ id, state }) => [id, state])).toEqual([
      [10, 'running'],
      [11, 'draft'],
      [12, 'running'],
      [13, 'running'],
      [14, 'stopped'],
      [15, 'draft'],
    ]);
    await sandbox.close();
  });

  test.each([
    [{ workspaceFile: 'bad.yml' }, /bad\.yml:1:1: /],
    [{ workspaceFile: 'none.yml' }, /cannot be read/],
    [{ workspaceFile: 'good.yml', workspace: {} }, /given twice/],
    [{ campaigns: [{ id: 1, name: 'X', state: 'running', triggerSegmentIds: [9] }] }, /no segment 9/],
  ] as const)('%j is refused', async (options, message) => {
    const workspaceFile =
      'workspaceFile' in options ? { workspaceFile: join(folder, options.workspaceFile) } : {};
    await expect(startSandbox({ ...options, ...workspaceFile })).rejects.toThrow(message);
  });

  test('a reset comes back to it', async () => {
    const sandbox = await startSandbox({ workspaceFile: join(folder, 'good.yml') });
    sandbox.admin.define({ segments: [{ id: 50, name: 'More' }] });
    expect(sandbox.admin.segments()).toHaveLength(4);
    sandbox.admin.reset();
    expect(sandbox.admin.segments()).toHaveLength(3);
    await sandbox.close();
  });
});
