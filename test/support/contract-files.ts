import type { Contract } from '../../src/core/contract/contract.ts';
import { type Problem, problemHeadline, sortProblems } from '../../src/core/contract/problem.ts';
import { readContract } from '../../src/core/contract/read-contract.ts';

export const PROJECT_YAML = `namespace: acme
identity: { canonical: id }
mysql: { url: "\${MYSQL_URL}" }
customerio: { region: us, site_id: site, api_key: "\${CUSTOMERIO_API_KEY}" }
`;

export const PEOPLE_YAML = `kind: people
person: { id: customer_id }
attributes:
  total_orders: { type: integer }
`;

export const EVENT_YAML = `kind: event
event: order_placed
event_id: order_id
occurred_at: paid_at
person: { id: customer_id }
`;

/** Texts of a project's files; models as [yaml, sql] by name. */
export interface TestProject {
  readonly project?: string;
  readonly models?: Readonly<Record<string, readonly [yaml: string, sql?: string]>>;
  readonly journeys?: string;
}

export function readTestContract({
  project = PROJECT_YAML,
  models = { customers: [PEOPLE_YAML] },
  journeys,
}: TestProject) {
  return readContract({
    projectFile: 'millrace.yml',
    project,
    models: Object.entries(models).map(([name, [yaml, sql = 'SELECT 1']]) => ({
      name,
      yamlFile: `models/${name}.yml`,
      yaml,
      sqlFile: `models/${name}.sql`,
      sql,
    })),
    orphans: [],
    journeys: journeys === undefined ? undefined : { file: 'journeys.yml', text: journeys },
  });
}

/** Every problem as `file:line:column: message → hint`, in reading order. */
export function problemsOf(test: TestProject): readonly string[] {
  return sortProblems(readTestContract(test).problems).map(problemLine);
}

export function problemLine(problem: Problem): string {
  return `${problemHeadline(problem)} → ${problem.hint}`;
}

/** The contract; throws when it has problems. */
export function contractOf(test: TestProject = {}): Contract {
  const { value, problems } = readTestContract(test);
  if (value === undefined) throw new Error(problems.map(problemLine).join('\n'));
  return value;
}
