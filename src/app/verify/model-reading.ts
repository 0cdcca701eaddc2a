import type { PeopleModel } from '../../core/contract/contract.ts';
import { type FingerprintTable, NO_SLOT } from '../../core/diff/fingerprint-table.ts';
import { newKeyWords, writeTextKeyWords } from '../../core/diff/key-words.ts';
import { personKey } from '../../core/identity/person-key.ts';
import type { Fragment } from '../../core/shape/fragment.ts';
import { type BoundField, shapePerson } from '../../core/shape/shape-row.ts';
import { PersonSample, type Sampled } from '../../core/verify/person-sample.ts';
import type { RowBatch } from '../../ports/source.ts';
import type { ChunkWriter } from '../consent/chunk-spool.ts';

/** Somebody as MySQL has them, with where the delivered values lie. */
export interface Candidate {
  readonly person: string;
  readonly mysql: readonly Fragment[];
  readonly isNew: boolean;
  readonly reference: { readonly first: number; readonly second: number } | undefined;
  readonly why?: string;
}

/** A model that names its people by the canonical identifier. */
export type NamedModel = PeopleModel & { readonly keyColumn: string };

export function isNamed(model: PeopleModel): model is NamedModel {
  return model.keyColumn !== undefined;
}

interface ModelReadingOptions {
  readonly model: NamedModel;
  readonly keyIndex: number;
  readonly fields: readonly BoundField[];
  readonly canonical: 'id' | 'email';
  readonly table: FingerprintTable;
  readonly keySeed: number;
  readonly size: number | undefined;
  readonly seed: number;
  readonly writer: ChunkWriter<Candidate> | undefined;
}

/** Shapes the rows of one model, and keeps those that will be looked at. */
export class ModelReading {
  rows = 0;
  faults = 0;
  readonly model: NamedModel;
  readonly names: readonly string[];
  private readonly options: ModelReadingOptions;
  private readonly sample: PersonSample<Candidate>;
  private readonly words = newKeyWords();

  constructor(options: ModelReadingOptions) {
    this.options = options;
    this.model = options.model;
    this.names = options.model.attributes.map(({ name }) => name);
    this.sample = new PersonSample(options.model.attributes, { size: options.size ?? 0, seed: options.seed });
  }

  async take(batch: RowBatch): Promise<void> {
    for (let row = 0; row < batch.length; row += 1) {
      const candidate = this.candidateIn(batch, row);
      this.rows += 1;
      if (candidate === undefined) this.faults += 1;
      else if (this.options.writer === undefined) this.sample.offer(candidate);
      else await this.options.writer.add(candidate);
    }
  }

  async finish(): Promise<void> {
    await this.options.writer?.finish();
  }

  chosen(): readonly Sampled<Candidate>[] {
    return this.sample.chosen();
  }

  private candidateIn(batch: RowBatch, row: number): Candidate | undefined {
    const { keyIndex, canonical, fields, table, keySeed } = this.options;
    const cells = batch.cells(row);
    const key = personKey(cells[keyIndex], canonical);
    const { fragments } = shapePerson(cells, fields);
    if ('fault' in key || fragments === undefined) return undefined;
    writeTextKeyWords(key.key, keySeed, this.words);
    const slot = table.find(this.words);
    const isDelivered = slot !== NO_SLOT && table.isDelivered(slot);
    const reference = isDelivered ? table.reference(slot) : undefined;
    return { person: key.key, mysql: fragments, isNew: !isDelivered, reference };
  }
}
