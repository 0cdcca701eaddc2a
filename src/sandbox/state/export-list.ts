import type { Person } from './person.ts';

/** What an export holds. Records of people never change, so a list of them is how things were. */
export type ExportContent =
  | { readonly kind: 'people'; readonly people: readonly Person[] }
  | {
      readonly kind: 'rows';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    };

export interface ExportRecord {
  readonly id: number;
  readonly type: 'customers' | 'deliveries';
  readonly description: string;
  readonly createdAtMs: number;
  /** Pending until then. */
  readonly readyAtMs: number;
  readonly downloads: number;
  readonly content: ExportContent;
}

export type NewExport = Omit<ExportRecord, 'id' | 'downloads'>;

export type ExportSnapshot = ReturnType<ExportList['snapshot']>;

/** Files to download, made on demand or by an import. */
export class ExportList {
  readonly #byId: Map<number, ExportRecord>;

  constructor(from?: ExportSnapshot) {
    this.#byId = new Map(from?.byId);
  }

  snapshot() {
    return { byId: new Map(this.#byId) } as const;
  }

  get all(): readonly ExportRecord[] {
    return [...this.#byId.values()];
  }

  get(id: number): ExportRecord | undefined {
    return this.#byId.get(id);
  }

  add(fresh: NewExport): ExportRecord {
    const record = { ...fresh, id: this.#byId.size + 1, downloads: 0 };
    this.#byId.set(record.id, record);
    return record;
  }

  countDownload(id: number): void {
    const record = this.#byId.get(id);
    if (record !== undefined) this.#byId.set(id, { ...record, downloads: record.downloads + 1 });
  }
}
