import type { YamlPath } from '../core/contract/yaml-file.ts';
import type { GivenTables } from '../core/contract-test/contract-test.ts';
import type { SchemaStatement } from '../core/sql/schema-statements.ts';
import type { Source } from './source.ts';

/** Which server the tests of a contract are run on. */
export interface TestBedOptions {
  /** mysql://user:password@host:port of one that is there; undefined: a private one is started. */
  readonly url: string | undefined;
  readonly flavour: 'mysql' | 'mariadb' | 'any';
  /** Hears what takes long. */
  tell(text: string): void;
}

/** A server on which tests may make schemas of their own. */
export interface TestBed {
  /** "MariaDB 10.11.19" */
  readonly server: string;
  /** Makes a schema with these tables. @throws InvalidContractError `test_invalid` at the statement that fails. */
  openSchema(statements: readonly SchemaStatement[]): Promise<TestSchema>;
  /** Stops a server that was started. */
  close(): Promise<void>;
}

/** A schema that is thrown away when its tests are done. */
export interface TestSchema {
  /** Replaces all rows. `now`: unix seconds. @returns what could not be stored. */
  fill(tables: GivenTables['tables'], now: number): Promise<readonly RowProblem[]>;
  /** Reads from the schema; the server's clock stands still at `now`. */
  source(now: number): Source;
  drop(): Promise<void>;
}

/** A row, or a table, that can not be given to the server. */
export interface RowProblem {
  /** Place in the test file. */
  readonly path: YamlPath;
  readonly message: string;
  readonly hint: string;
}
