import { ContractError } from '../errors/millrace-error.ts';
import type { LintCode } from '../lint/lint-rules.ts';

/** One thing wrong in a file of the project: where, what, and what to do. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint: string;
  /** The rule of the linter that is broken, where it is one. */
  readonly rule?: LintCode;
  /** More about it, line by line: how a text changed. */
  readonly detail?: readonly string[];
}

/** `file:line:column: what is wrong [rule]`. */
export function problemHeadline(problem: Problem): string {
  const rule = problem.rule === undefined ? '' : ` [${problem.rule}]`;
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}${rule}`;
}

/** In reading order: by file, then by place. */
export function sortProblems<P extends Problem>(problems: readonly P[]): readonly P[] {
  return [...problems].sort((a, b) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column);
}

/** The contract is wrong; carries every problem found, not only the first. */
export class InvalidContractError extends ContractError {
  readonly problems: readonly Problem[];

  constructor(
    problems: readonly Problem[],
    code:
      | 'contract_invalid'
      | 'columns_differ'
      | 'scope_differs'
      | 'variable_missing'
      | 'definition_changed'
      | 'test_invalid'
      | 'segment_unusable',
  ) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(code, `${count} in the ${code === 'test_invalid' ? 'tests' : 'contract'}`);
    this.problems = sortProblems(problems);
  }
}
