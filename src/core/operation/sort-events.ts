import { occurredAtOf } from './moments.ts';
import type { OutgoingBatch } from './outgoing-batch.ts';
import { joinPicks, type Pick, PickList } from './pick-list.ts';

/** The events of these batches in order of time, in new batches; those of one second stay in their order. */
export function* sortEvents(batches: readonly OutgoingBatch[]): Generator<OutgoingBatch> {
  const picks = batches.flatMap((batch) =>
    Array.from({ length: batch.items.length }, (_, index): Pick => ({ batch, index })),
  );
  picks.sort((a, b) => occurredAt(a) - occurredAt(b));
  let list = new PickList();
  for (const pick of picks) {
    if (list.add(pick)) continue;
    yield joinPicks(list.picks);
    list = new PickList();
    list.add(pick);
  }
  if (list.picks.length > 0) yield joinPicks(list.picks);
}

export function occurredAt({ batch, index }: Pick): number {
  return occurredAtOf(batch.moments, index);
}

/** The batch in memory of its own. */
export function copyEvents(batch: OutgoingBatch): OutgoingBatch {
  const all = Array.from({ length: batch.items.length }, (_, index) => index);
  return {
    ...batch,
    items: batch.items.pick(all),
    entries: batch.entries.slice(),
    isNew: batch.isNew.slice(),
    // Not `slice`: a Buffer would go on sharing its memory.
    labels: new Uint8Array(batch.labels),
    moments: batch.moments.slice(),
  };
}
