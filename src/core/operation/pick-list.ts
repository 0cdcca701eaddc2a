import { ENTRY_WORDS } from '../diff/entry.ts';
import { ITEMS_BYTES_MAX, ITEMS_MAX, ItemBatch } from './item-batch.ts';
import { MOMENT_WORDS } from './moments.ts';
import { type OutgoingBatch, readLabels } from './outgoing-batch.ts';

/** One event, where it lies. */
export interface Pick {
  readonly batch: OutgoingBatch;
  readonly index: number;
}

/** Events gathered for one request, as many as Customer.io takes. */
export class PickList<P extends Pick> {
  readonly picks: P[] = [];
  private readonly itemsMax: number;
  private bytes = 0;

  constructor(itemsMax = ITEMS_MAX) {
    this.itemsMax = Math.min(itemsMax, ITEMS_MAX);
  }

  /** @returns false when there is no room for it. */
  add(pick: P): boolean {
    const bytes = this.bytes + pick.batch.items.item(pick.index).length + (this.bytes === 0 ? 0 : 1);
    if (bytes > ITEMS_BYTES_MAX || this.picks.length === this.itemsMax) return false;
    this.picks.push(pick);
    this.bytes = bytes;
    return true;
  }
}

/** One batch of events from several, in this order; the batch itself when all of it was picked. */
export function joinPicks(picks: readonly Pick[]): OutgoingBatch {
  const whole = wholeBatch(picks);
  if (whole !== undefined) return whole;
  const labels = new Map<OutgoingBatch, readonly unknown[]>();
  for (const { batch } of picks) if (!labels.has(batch)) labels.set(batch, readLabels(batch));
  return {
    kind: 'events',
    items: ItemBatch.of(picks.map(({ batch, index }) => batch.items.item(index))),
    entries: joinWords(picks, ENTRY_WORDS, (batch) => batch.entries),
    isNew: Uint8Array.from(picks, ({ batch, index }) => batch.isNew[index] ?? 0),
    frames: [],
    labels: Buffer.from(JSON.stringify(picks.map(({ batch, index }) => labels.get(batch)?.[index])), 'utf8'),
    moments: joinWords(picks, MOMENT_WORDS, (batch) => batch.moments),
    run: 0,
  };
}

/** The batch whose items were all picked in their order. */
function wholeBatch(picks: readonly Pick[]): OutgoingBatch | undefined {
  const [first] = picks;
  const isWhole =
    picks.length === first?.batch.items.length &&
    picks.every(({ batch, index }, place) => batch === first.batch && index === place);
  return isWhole ? first.batch : undefined;
}

function joinWords(
  picks: readonly Pick[],
  wordsPerItem: number,
  wordsOf: (batch: OutgoingBatch) => Uint32Array,
): Uint32Array {
  const joined = new Uint32Array(picks.length * wordsPerItem);
  picks.forEach(({ batch, index }, place) => {
    const start = index * wordsPerItem;
    joined.set(wordsOf(batch).subarray(start, start + wordsPerItem), place * wordsPerItem);
  });
  return joined;
}
