import { describe, expect, it } from 'vitest';
import { ItemBatch } from '../../core/operation/item-batch.ts';
import type { Refusal } from '../../ports/destination.ts';
import { deliverPart } from './deliver-part.ts';

const refusal: Refusal = { status: 400, reason: 'invalid', field: 'ids', message: undefined };

/** Sends numbers to somebody who refuses every request with a bad one in it. */
async function deliver(count: number, isBad: (item: number) => boolean) {
  const items = ItemBatch.of(Array.from({ length: count }, (_, item) => Buffer.from(String(item))));
  const accepted = new Set<number>();
  const refused = new Map<number, Refusal>();
  const requests = await deliverPart(items, { start: 0, end: count }, refused, async (part) => {
    const { ids } = JSON.parse(part.idsBody().toString()) as { ids: number[] };
    if (ids.some(isBad)) return { requests: 1, refusal };
    for (const id of ids) accepted.add(id);
    return { requests: 1, refusal: undefined };
  });
  return { requests, refused: [...refused.keys()].toSorted((a, b) => a - b), accepted };
}

describe('a request that is refused as a whole', () => {
  it.each([
    ['the first', [0]],
    ['the last', [999]],
    ['some in the middle', [3, 500, 501]],
    ['both ends', [0, 999]],
    ['every second', Array.from({ length: 500 }, (_, index) => index * 2 + 1)],
  ])('loses only whom it is about: %s', async (_, bad) => {
    const { refused, accepted } = await deliver(1000, (item) => bad.includes(item));
    expect(refused).toEqual(bad);
    expect(accepted.size).toBe(1000 - bad.length);
    expect(bad.some((item) => accepted.has(item))).toBe(false);
  });

  it.each([1, 1000])('is about none of them when single ones are refused, too: %i', async (count) => {
    const { requests, refused, accepted } = await deliver(count, () => true);
    expect(requests).toBe(4);
    expect(refused).toHaveLength(count);
    expect(accepted.size).toBe(0);
  });

  it('is asked once when nothing is wrong', async () => {
    expect(await deliver(1000, () => false)).toMatchObject({ requests: 1, refused: [] });
  });
});
