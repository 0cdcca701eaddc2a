import type { CapturePosition } from '../../core/capture/capture-position.ts';
import type { Model } from '../../core/contract/contract.ts';
import type { Snapshot } from '../../ports/source.ts';
import type { DescribedModel } from '../check-models.ts';
import type { ModelScan } from '../model-scan.ts';
import type { Reading } from '../reading.ts';
import { CaptureReading } from './capture-reading.ts';
import { CaptureWatch } from './capture-watch.ts';
import type { ModelRead } from './model-read.ts';

/** How a model is to be read, and who looks on; nobody where every run reads it whole. */
export interface OpenedRead {
  readonly read: ModelRead;
  readonly watch: CaptureWatch | undefined;
}

/** The watches of one run, by model. */
export class CaptureWatches {
  private readonly reading: Reading;
  private readonly captures: CaptureReading;
  private readonly watches = new Map<string, { readonly model: Model; readonly watch: CaptureWatch }>();

  /** Before the snapshot is opened. */
  static async prepare(reading: Reading): Promise<CaptureWatches> {
    return new CaptureWatches(reading, await CaptureReading.open(reading));
  }

  private constructor(reading: Reading, captures: CaptureReading) {
    this.reading = reading;
    this.captures = captures;
  }

  async open(snapshot: Snapshot, described: DescribedModel): Promise<OpenedRead> {
    const { model } = described;
    const { read, use } = await this.captures.readOf(snapshot, described);
    if (use === undefined) return { read, watch: undefined };
    const { canonical } = this.reading.session.contract.project;
    const watch = new CaptureWatch(read, use, model, canonical);
    this.watches.set(model.name, { model, watch });
    return { read, watch };
  }

  /** The scan with how it was read. `known`: keys delivered before. */
  told(scan: ModelScan, known: number): ModelScan {
    const found = this.watches.get(scan.plan.model);
    if (found === undefined) return scan;
    const { watch } = found;
    const plan = { ...scan.plan, read: watch.report, ...(watch.isPartial ? { known } : {}) };
    return { ...scan, plan, withheld: { ...scan.withheld, keysRead: this.keysRead(scan.plan.model) } };
  }

  /** Keys of the rows that were read of a model; undefined when all were. */
  keysRead(model: string): ReadonlySet<string> | undefined {
    const watch = this.watches.get(model)?.watch;
    return watch?.isPartial ? watch.names : undefined;
  }

  /** To be recorded once everything that was read is accounted for. */
  positions(): readonly CapturePosition[] {
    return [...this.watches.values()].map(({ model, watch }) => watch.position(model));
  }

  /** Model → names of some of the rows that capture had missed. */
  missed(): ReadonlyMap<string, readonly string[]> {
    const all = [...this.watches].map(([model, { watch }]) => [model, watch.missedExamples] as const);
    return new Map(all.filter(([, examples]) => examples.length > 0));
  }
}
