export const IMPORT_TYPES = ['people', 'event', 'object', 'relationship'] as const;
export type ImportType = (typeof IMPORT_TYPES)[number];

export const DATA_TO_PROCESS = ['all', 'only_new', 'only_existing'] as const;
export type DataToProcess = (typeof DATA_TO_PROCESS)[number];

/** What is to be imported. */
export interface ImportRequest {
  readonly name: string;
  readonly description: string;
  readonly url: string;
  readonly type: ImportType;
  /** By which column people are told; undefined for objects. */
  readonly identifier: 'id' | 'email' | 'cio_id' | undefined;
  /** For imports of objects. */
  readonly objectTypeId: string | undefined;
  readonly dataToProcess: DataToProcess;
}

export interface ImportRecord {
  readonly id: number;
  readonly request: ImportRequest;
  readonly state: 'preprocessing' | 'importing' | 'imported' | 'failed';
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly rowsToImport: number;
  readonly rowsImported: number;
  readonly error: string | undefined;
  readonly errorExportId: number | undefined;
  readonly warningExportId: number | undefined;
}

export type ImportSnapshot = ReturnType<ImportList['snapshot']>;

/** CSV imports and how far they are. */
export class ImportList {
  readonly #byId: Map<number, ImportRecord>;

  constructor(from?: ImportSnapshot) {
    this.#byId = new Map(from?.byId);
  }

  snapshot() {
    return { byId: new Map(this.#byId) } as const;
  }

  get(id: number): ImportRecord | undefined {
    return this.#byId.get(id);
  }

  add(request: ImportRequest, nowMs: number): ImportRecord {
    const record: ImportRecord = {
      id: this.#byId.size + 1,
      request,
      state: 'preprocessing',
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      rowsToImport: 0,
      rowsImported: 0,
      error: undefined,
      errorExportId: undefined,
      warningExportId: undefined,
    };
    this.#byId.set(record.id, record);
    return record;
  }

  update(id: number, changes: Partial<ImportRecord>): void {
    const record = this.#byId.get(id);
    if (record !== undefined) this.#byId.set(id, { ...record, ...changes });
  }
}
