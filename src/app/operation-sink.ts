import { decodeBatch, encodeBatch, type SpooledBatch } from '../core/operation/batch-codec.ts';
import type { SpoolStore } from '../ports/spool.ts';

/** Takes what is to be sent of one model while it is read, until it is sent or the plan is applied. */
export interface OperationSink {
  put(batch: SpooledBatch): Promise<void>;
  finish(): Promise<void>;
  /** After `finish`: takes back what turned out not to be sendable. */
  rewrite(change: (batch: SpooledBatch) => SpooledBatch | undefined): Promise<void>;
}

/** Name of the spool with a model's events that are sent without a person. */
export function anonymousSpool(model: string): string {
  return `${model}.anonymous`;
}

export async function spoolSink(spools: SpoolStore, planId: string, model: string): Promise<OperationSink> {
  const writer = await spools.create(planId, model);
  return {
    put: (batch) => writer.write(encodeBatch(batch)),
    finish: () => writer.finish(),
    rewrite: (change) =>
      spools.rewrite(planId, model, (record) => {
        const changed = change(decodeBatch(record));
        return changed && encodeBatch(changed);
      }),
  };
}
