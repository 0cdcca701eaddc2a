import type { CampaignDefinition, Goal, Trigger } from '../campaigns/campaign.ts';
import { type Condition, segmentsIn } from '../segments/condition.ts';
import type { SegmentDefinition } from '../segments/segment.ts';
import type { AimInput, CampaignInput, TriggerInput } from './definition-schemas.ts';
import { type Mistake, suggestion } from './field-schemas.ts';

type Segments = readonly SegmentDefinition[];
type NamedSegments = readonly Pick<SegmentDefinition, 'id' | 'name'>[];

/** References to segments that are not there, and segments that refer to themselves by way of others. */
export function mistakenReferences(raw: unknown, segments: Segments): readonly Mistake[] {
  const unknown = unknownReferences(raw, segments);
  return unknown.length > 0 ? unknown : circles(segments);
}

export function unknownReferences(raw: unknown, segments: NamedSegments): readonly Mistake[] {
  return [...referencesIn(raw, [])]
    .filter(({ reference }) => find(reference, segments) === undefined)
    .map(({ path, reference }) => ({ path, message: unknownSegment(reference, segments) }));
}

interface Reference {
  readonly path: readonly PropertyKey[];
  readonly reference: number | string;
}

/** Every `segment: x`, and the items of every `segments: [x, y]` that lists references. */
function* referencesIn(value: unknown, path: readonly PropertyKey[]): Generator<Reference> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    const isReferring = key === 'segment' || (path.at(-1) === 'segments' && Array.isArray(value));
    if (isReferring && (typeof part === 'number' || typeof part === 'string'))
      yield { path: at, reference: part };
    else yield* referencesIn(part, at);
  }
}

function find<Segment extends NamedSegments[number]>(
  reference: number | string,
  segments: readonly Segment[],
): Segment | undefined {
  return typeof reference === 'number'
    ? segments.find(({ id }) => id === reference)
    : segments.find(({ name }) => name.toLowerCase() === reference.toLowerCase());
}

function unknownSegment(reference: number | string, segments: NamedSegments): string {
  if (typeof reference === 'string') {
    const names = segments.map(({ name }) => name);
    return `there is no segment called "${reference}"${suggestion(reference, names)}`;
  }
  const ids = segments.map(({ id, name }) => `${id} (${name})`).join(', ');
  return `there is no segment ${reference}; there ${ids === '' ? 'are none' : `are ${ids}`}`;
}

function circles(segments: Segments): readonly Mistake[] {
  return segments.flatMap((segment, at) => {
    if (!leadsTo(segment, segment.id, segments, new Set())) return [];
    return [{ path: ['segments', at, 'when'], message: `segment "${segment.name}" refers to itself` }];
  });
}

function leadsTo(from: SegmentDefinition, wanted: number, segments: Segments, seen: Set<number>): boolean {
  if (from.when === undefined || seen.has(from.id)) return false;
  seen.add(from.id);
  return [...segmentsIn(from.when)]
    .map((reference) => find(reference, segments))
    .some((next) => next !== undefined && (next.id === wanted || leadsTo(next, wanted, segments, seen)));
}

export function resolveSegment(segment: SegmentDefinition, segments: Segments): SegmentDefinition {
  return { ...segment, when: segment.when === undefined ? undefined : resolve(segment.when, segments) };
}

export function resolveCampaign(campaign: CampaignInput, segments: Segments): CampaignDefinition {
  const { trigger, filter, goal, steps } = campaign;
  return {
    ...campaign,
    trigger: resolveTrigger(trigger, segments),
    filter: filter === undefined ? undefined : resolve(filter, segments),
    goal: goal === undefined ? undefined : { ...goal, aim: resolveAim(goal.aim, segments) },
    steps: steps.map((step) =>
      step.kind === 'wait' || step.onlyIf === undefined
        ? step
        : { ...step, onlyIf: resolve(step.onlyIf, segments) },
    ),
  };
}

function resolveTrigger(trigger: TriggerInput, segments: Segments): Trigger {
  if (trigger.kind !== 'segments') return trigger;
  return { kind: 'segments', segmentIds: trigger.segments.map((reference) => idOf(reference, segments)) };
}

function resolveAim(aim: AimInput, segments: Segments): Goal['aim'] {
  return aim.kind === 'event' ? aim : { kind: 'segment', segmentId: idOf(aim.segment, segments) };
}

/** The same condition with segments named by id. */
function resolve(condition: Condition, segments: Segments): Condition {
  switch (condition.kind) {
    case 'attribute':
    case 'event':
      return condition;
    case 'segment':
      return { kind: 'segment', segment: idOf(condition.segment, segments) };
    case 'and':
    case 'or':
      return { kind: condition.kind, parts: condition.parts.map((part) => resolve(part, segments)) };
    case 'not':
      return { kind: 'not', part: resolve(condition.part, segments) };
  }
}

/** References were checked before. */
function idOf(reference: number | string, segments: Segments): number {
  const segment = find(reference, segments);
  if (segment === undefined) throw new Error(`segment ${reference} is not defined`);
  return segment.id;
}
