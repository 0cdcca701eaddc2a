import type { Segment } from './journey.ts';

/** Why a segment can not be given members; undefined when it can. */
export function segmentProblem(
  segment: Segment | undefined,
  segmentId: string,
): { readonly message: string; readonly hint: string } | undefined {
  if (segment === undefined) {
    const hint = 'Make a manual segment at Customer.io; its number stands in the address of its page.';
    return { message: `segment ${segmentId} does not exist in this workspace`, hint };
  }
  if (segment.kind === 'manual') return undefined;
  const hint =
    'Its conditions decide who is in it. Make a manual segment, or send what the conditions look at.';
  return { message: `segment ${segmentId} is data-driven, and takes no members`, hint };
}
