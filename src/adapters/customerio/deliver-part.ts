import type { ItemBatch } from '../../core/operation/item-batch.ts';
import type { Refusal } from '../../ports/destination.ts';

/** How a request went that is accepted or refused as a whole. */
export interface PartDelivery {
  readonly requests: number;
  /** Undefined: accepted. */
  readonly refusal: Refusal | undefined;
}

/** Items of a batch: from `start` to `end`, the latter not included. */
interface Range {
  readonly start: number;
  readonly end: number;
}

type SendPart = (part: ItemBatch) => Promise<PartDelivery>;

/**
 * Sends a part of a batch in one request, and when it is refused, finds out whom that is about. When single ones
 * at its beginning, middle and end are refused as well, it is about none of them (a segment that does not
 * exist), and all count as refused. Items may be sent more than once.
 * @returns requests made.
 */
export async function deliverPart(
  items: ItemBatch,
  { start, end }: Range,
  refused: Map<number, Refusal>,
  send: SendPart,
): Promise<number> {
  const whole = await send(items.slice(start, end));
  if (whole.refusal === undefined) return whole.requests;
  let requests = whole.requests;
  let isAboutSome = false;
  for (const probe of [start, (start + end) >> 1, end - 1]) {
    // Each answer decides whether the next question is asked.
    const single = await send(items.slice(probe, probe + 1));
    requests += single.requests;
    isAboutSome = single.refusal === undefined;
    if (isAboutSome) break;
  }
  if (isAboutSome) return requests + (await divide(items, { start, end }, refused, send));
  for (let index = start; index < end; index += 1) refused.set(index, whole.refusal);
  return requests;
}

/** Of a part that was refused: halves it until single items are refused. */
async function divide(
  items: ItemBatch,
  { start, end }: Range,
  refused: Map<number, Refusal>,
  send: SendPart,
): Promise<number> {
  const middle = (start + end) >> 1;
  let requests = 0;
  for (const half of [
    { start, end: middle },
    { start: middle, end },
  ]) {
    // One half after the other: the calls share a pace.
    const sent = await send(items.slice(half.start, half.end));
    requests += sent.requests;
    if (sent.refusal === undefined) continue;
    if (half.end - half.start === 1) refused.set(half.start, sent.refusal);
    else requests += await divide(items, half, refused, send);
  }
  return requests;
}
