import type { Model } from '../contract/contract.ts';
import type { ColumnKind } from '../contract/source-column.ts';
import type { YamlFile, YamlPath } from '../contract/yaml-file.ts';
import type { HoldCode } from '../guard/hold.ts';
import type { KeyKind } from '../identity/key-hash.ts';
import type { FaultCode } from '../shape/fault.ts';
import type { Fragment } from '../shape/fragment.ts';

/** One test of a contract: given rows, expected operations and faults. */
export interface ContractTest {
  readonly name: string;
  readonly model: Model;
  readonly yaml: YamlFile;
  /** Where it stands in its file. */
  readonly path: YamlPath;
  /** Unix seconds. */
  readonly now: number;
  readonly given: Given;
  readonly expected: Expectation;
}

/** A cell as MySQL would write it; null for NULL. */
export type CellText = string | null;

/** Rows by column; the path says where each of them stands. */
export interface GivenRow {
  readonly path: YamlPath;
  readonly cells: ReadonlyMap<string, CellText>;
}

export interface Given {
  readonly source: GivenResult | GivenTables;
  /** Who is known at Customer.io; undefined: everybody. */
  readonly people: readonly string[] | undefined;
  /** Which keys belong to whom. */
  readonly identities: readonly GivenIdentity[];
  /** Unix seconds from which on the event is sent. */
  readonly since: number;
}

/** Keys of one person, as written. */
export interface GivenIdentity {
  /** The canonical identifier. */
  readonly person: string;
  readonly keys: readonly { readonly kind: KeyKind; readonly text: string }[];
}

/** What the query returns. */
export interface GivenResult {
  readonly kind: 'rows';
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
  readonly rows: readonly GivenRow[];
}

/** What stands in the tables that the query reads. */
export interface GivenTables {
  readonly kind: 'tables';
  /** SQL files that make the tables, relative to the project. */
  readonly schemaFiles: readonly string[];
  readonly tables: readonly {
    readonly name: string;
    readonly path: YamlPath;
    readonly rows: readonly GivenRow[];
  }[];
}

export interface Expectation {
  readonly operations: readonly ExpectedOperation[];
  readonly withheld: readonly ExpectedWithheld[];
}

/** A person or an event that is to be sent. */
export interface ExpectedOperation {
  readonly path: YamlPath;
  /** Identifier of the person, or natural key of the event. */
  readonly key: string;
  /** Attributes or properties. */
  readonly values: readonly ExpectedValue[];
  readonly absent: readonly string[];
  readonly isExact: boolean;
}

/** A value as the JSON text that is to be sent. */
export interface ExpectedValue {
  readonly name: string;
  readonly path: YamlPath;
  readonly fragment: Fragment;
}

export interface ExpectedWithheld {
  readonly path: YamlPath;
  readonly kind: 'fault' | 'held';
  readonly key: string;
  readonly code: FaultCode | HoldCode;
  readonly column: string | undefined;
}

/** What came of the given rows. */
export interface Outcome {
  readonly operations: readonly GotOperation[];
  readonly withheld: readonly Omit<ExpectedWithheld, 'path'>[];
}

export interface GotOperation {
  readonly key: string;
  readonly values: ReadonlyMap<string, Fragment>;
}

/** Names under which an event's own parts are compared; no property can be called so. */
export const EVENT_PARTS = { person: '(person)', occurredAt: '(occurred_at)', id: '(id)' } as const;
