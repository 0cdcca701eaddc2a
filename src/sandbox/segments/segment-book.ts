import { secondsOf } from '../sandbox-clock.ts';
import { MemberSet } from './member-set.ts';
import { buildProgress, type Segment, type SegmentDefinition } from './segment.ts';

export type SegmentsSnapshot = ReturnType<SegmentBook['snapshot']>;

/** All segments of the workspace, by id. */
export class SegmentBook {
  readonly #segments: Map<number, Segment>;

  constructor(from?: SegmentsSnapshot) {
    const members = (id: number) => new MemberSet(from?.members.get(id));
    const segments = (from?.segments ?? []).map((segment) => ({
      ...segment,
      members: members(segment.definition.id),
    }));
    this.#segments = new Map(segments.map((segment) => [segment.definition.id, segment]));
  }

  snapshot() {
    const all = this.all();
    return {
      segments: all.map(({ members: _members, ...segment }) => segment),
      members: new Map(all.map(({ definition, members }) => [definition.id, [...members.serials()]])),
    } as const;
  }

  get count(): number {
    return this.#segments.size;
  }

  /** In order of id. */
  all(): readonly Segment[] {
    return [...this.#segments.values()].toSorted((one, other) => one.definition.id - other.definition.id);
  }

  get(id: number): Segment | undefined {
    return this.#segments.get(id);
  }

  /** By id or, in any case of letters, by name. */
  named(reference: number | string): Segment | undefined {
    if (typeof reference === 'number') return this.get(reference);
    return this.all().find(({ definition }) => definition.name.toLowerCase() === reference.toLowerCase());
  }

  nextId(): number {
    return Math.max(0, ...this.#segments.keys()) + 1;
  }

  /** Adds a segment, or gives a known one another definition; members stay until they are judged again. */
  put(definition: SegmentDefinition, nowMs: number, buildMs: number): Segment {
    const known = this.#segments.get(definition.id);
    if (known !== undefined && JSON.stringify(known.definition) === JSON.stringify(definition)) return known;
    const segment: Segment = {
      definition,
      members: known?.members ?? new MemberSet(),
      createdAt: known?.createdAt ?? definition.createdAt ?? secondsOf(nowMs),
      updatedAt: known === undefined ? (definition.createdAt ?? secondsOf(nowMs)) : secondsOf(nowMs),
      buildStartMs: nowMs,
      buildEndMs: nowMs + buildMs,
    };
    this.#segments.set(definition.id, segment);
    return segment;
  }

  remove(id: number): void {
    this.#segments.delete(id);
  }

  /** The segments a person is in, in order of id. */
  of(serial: number): readonly Segment[] {
    return this.all().filter((segment) => segment.members.has(serial));
  }
}

/**
 * The members to be seen while a segment is built: the older people first, more and more of them. Counts are
 * final when it is finished (case 110).
 */
export function* visibleMembers(
  segment: Segment,
  nowMs: number,
  everCount: number,
  from = 0,
): Generator<number> {
  const { progress } = buildProgress(segment, nowMs);
  const end = progress === null ? Number.POSITIVE_INFINITY : Math.floor((everCount * progress) / 100);
  for (const serial of segment.members.serials(from)) {
    if (serial >= end) return;
    yield serial;
  }
}

export function visibleCount(segment: Segment, nowMs: number, everCount: number): number {
  if (nowMs >= segment.buildEndMs) return segment.members.count;
  let count = 0;
  for (const _serial of visibleMembers(segment, nowMs, everCount)) count += 1;
  return count;
}
