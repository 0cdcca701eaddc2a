import type { Acceptance } from '../contract/acceptance.ts';
import { type Contract, type Model, makesEvents } from '../contract/contract.ts';
import { sortProblems } from '../contract/problem.ts';
import type { YamlPath } from '../contract/yaml-file.ts';
import { remarksAcross } from './across-rules.ts';
import { clockRemarks } from './clock-rules.ts';
import {
  type AcceptedFinding,
  type LintFinding,
  type LintSubject,
  type Remark,
  toFinding,
} from './lint-finding.ts';
import { isSeenInRows } from './lint-rules.ts';
import { nameCore } from './name-parts.ts';
import { nameRemarks } from './name-rules.ts';
import { shapeRemarks } from './shape-rules.ts';

/** What the rules have to say about a contract, in reading order. */
export interface LintReport {
  readonly findings: readonly LintFinding[];
  readonly accepted: readonly AcceptedFinding[];
}

/** Remarks that come from rows which were read, by model. */
export type DataRemarks = ReadonlyMap<string, readonly Remark[]>;

/** Looks at the models named, each in the light of the whole contract. */
export function lintContract(
  contract: Contract,
  models: readonly Model[],
  fromData: DataRemarks = new Map(),
): LintReport {
  const across = remarksAcross(contract);
  const eventCores = new Set(
    contract.models.flatMap((model) => (makesEvents(model) ? [nameCore(model.event)] : [])),
  );
  const reports = models.flatMap((model) => {
    const yaml = contract.yamlFiles.get(model.file);
    if (yaml === undefined) return [];
    const subject = { model, yaml, eventCores };
    const remarks = [
      ...nameRemarks(subject),
      ...shapeRemarks(subject),
      ...clockRemarks(subject),
      ...across.flatMap((each) => (each.model === model ? [each.remark] : [])),
      ...(fromData.get(model.name) ?? []),
    ];
    return [judge(subject, remarks, fromData.has(model.name))];
  });
  return {
    findings: sortProblems(reports.flatMap(({ findings }) => findings)),
    accepted: sortProblems(reports.flatMap(({ accepted }) => accepted)),
  };
}

/** Parts accepted from open, and complains about acceptances that nothing is left of. */
function judge(subject: LintSubject, remarks: readonly Remark[], isDataRead: boolean): LintReport {
  const { acceptances } = subject.model;
  const used = new Set<Acceptance>();
  const findings: LintFinding[] = [];
  const accepted: AcceptedFinding[] = [];
  for (const remark of remarks) {
    const acceptance = acceptances.find(
      (each) => each.rule === remark.rule && isSamePlace(each.path, remark.path),
    );
    if (acceptance === undefined) findings.push(toFinding(subject, remark));
    else {
      used.add(acceptance);
      accepted.push({ ...toFinding(subject, remark), because: acceptance.because });
    }
  }
  const unused = acceptances.filter((each) => !used.has(each) && (isDataRead || !isSeenInRows(each.rule)));
  return { findings: [...findings, ...unused.map((each) => unusedFinding(subject, each))], accepted };
}

/** A field's remarks belong to the field; all others to the model. */
function isSamePlace(accepted: YamlPath, path: YamlPath): boolean {
  return placeOf(accepted) === placeOf(path);
}

function placeOf(path: YamlPath): string {
  const isField = path.length >= 2 && (path[0] === 'attributes' || path[0] === 'properties');
  return isField ? `${path[0]}.${path[1]}` : '';
}

function unusedFinding(subject: LintSubject, { rule, path }: Acceptance): LintFinding {
  return toFinding(subject, {
    rule: 'accept_unused',
    path: [...path, 'accept', rule],
    message: `\`accept\` names ${rule}, which has nothing to say here`,
    hint: 'Remove it.',
  });
}
