import { InvalidContractError } from '../../core/contract/problem.ts';
import type { ContractTest, GivenTables } from '../../core/contract-test/contract-test.ts';
import { readSchemaStatements } from '../../core/sql/schema-statements.ts';
import type { ProjectFolder } from '../../ports/project-folder.ts';
import type { Source } from '../../ports/source.ts';
import type { TestBed, TestBedOptions, TestSchema } from '../../ports/test-bed.ts';
import type { Toolbox } from '../../ports/toolbox.ts';

/** The schemas of a run of tests, on a server that is started when the first test needs it. */
export class TestSchemas {
  private readonly toolbox: Toolbox;
  private readonly folder: ProjectFolder;
  private readonly options: Pick<TestBedOptions, 'url' | 'flavour'>;
  /** By the names of the files that make the tables; a failure stays for all tests that need the same. */
  private readonly schemas = new Map<string, Promise<TestSchema>>();
  private bed: Promise<TestBed> | undefined;
  private serverName: string | undefined;

  constructor(toolbox: Toolbox, folder: ProjectFolder, options: Pick<TestBedOptions, 'url' | 'flavour'>) {
    this.toolbox = toolbox;
    this.folder = folder;
    this.options = options;
  }

  /** The server that was used; undefined when no test needed one. */
  get server(): string | undefined {
    return this.serverName;
  }

  /** Fills the tables of a test. @throws InvalidContractError at the rows that they can not hold. */
  async load(test: ContractTest, given: GivenTables): Promise<Source> {
    const schema = await this.schemaOf(given.schemaFiles);
    const problems = await schema.fill(given.tables, test.now);
    if (problems.length === 0) return schema.source(test.now);
    const placed = problems.map(({ path, message, hint }) => test.yaml.problemAt(path, message, hint, 'key'));
    throw new InvalidContractError(placed, 'test_invalid');
  }

  /** Everything that was made is thrown away, also after a failure. */
  async close(): Promise<void> {
    for (const opened of this.schemas.values()) {
      const schema = await opened.catch(() => undefined);
      await schema?.drop().catch(() => undefined);
    }
    const bed = await this.bed?.catch(() => undefined);
    await bed?.close();
  }

  private schemaOf(files: readonly string[]): Promise<TestSchema> {
    const name = files.join('\n');
    const schema = this.schemas.get(name) ?? this.openSchema(files);
    this.schemas.set(name, schema);
    return schema;
  }

  private async openSchema(files: readonly string[]): Promise<TestSchema> {
    const texts = await Promise.all(files.map((file) => this.folder.readText(file)));
    const read = files.map((file, index) => readSchemaStatements(file, texts[index] ?? ''));
    const problems = read.flatMap((each) => each.problems);
    if (problems.length > 0) throw new InvalidContractError(problems, 'test_invalid');
    this.bed ??= this.openBed();
    return (await this.bed).openSchema(read.flatMap(({ statements }) => statements));
  }

  private async openBed(): Promise<TestBed> {
    const { toolbox, options } = this;
    const bed = await toolbox.openTestBed({
      ...options,
      tell: (text) => toolbox.observer.observe({ kind: 'step', text }),
    });
    this.serverName = bed.server;
    return bed;
  }
}
