import type { Model } from '../contract/contract.ts';
import type { Problem } from '../contract/problem.ts';
import type { YamlFile, YamlPath } from '../contract/yaml-file.ts';
import { type LintCode, type Severity, severityOf } from './lint-rules.ts';

/** What a rule has to say about one place of a model. */
export interface LintFinding extends Problem {
  readonly rule: LintCode;
  readonly severity: Severity;
}

/** A finding that somebody has decided to live with. */
export interface AcceptedFinding extends LintFinding {
  readonly because: string;
}

/** A finding before it is known whether it is accepted. */
export interface Remark {
  readonly rule: LintCode;
  /** Place in the model's YAML file. */
  readonly path: YamlPath;
  readonly message: string;
  readonly hint: string;
}

/** A model under the eyes of the rules. */
export interface LintSubject {
  readonly model: Model;
  readonly yaml: YamlFile;
  /** Names of the contract's events, as `nameCore` makes them. */
  readonly eventCores: ReadonlySet<string>;
}

export function toFinding(
  { yaml }: Pick<LintSubject, 'yaml'>,
  { rule, path, message, hint }: Remark,
): LintFinding {
  return { ...yaml.problemAt(path, message, hint, 'key'), rule, severity: severityOf(rule) };
}
