import { problemHeadline } from '../core/contract/problem.ts';
import type { LintReport } from '../core/lint/lint-contract.ts';
import type { LintFinding } from '../core/lint/lint-finding.ts';
import type { Severity } from '../core/lint/lint-rules.ts';
import type { Style } from './style.ts';
import { counted } from './text.ts';

/** What the linter has found, for people: place, rule and what to do. */
export function findingLines(findings: readonly LintFinding[], style: Style): readonly string[] {
  return findings.flatMap((finding) => [
    `${paintedSeverity(finding.severity, style)}: ${problemHeadline(finding)}`,
    `  ${finding.hint}`,
  ]);
}

function paintedSeverity(severity: Severity, style: Style): string {
  switch (severity) {
    case 'error':
      return style.red(severity);
    case 'warning':
      return style.yellow(severity);
    case 'note':
      return style.dim(severity);
  }
}

/** `2 warnings, 1 note, 3 accepted`; empty when there is nothing. */
export function lintCounts({ findings, accepted }: LintReport): string {
  const parts = [
    countedOrNothing(withSeverity(findings, 'warning').length, 'warning', 'warnings'),
    countedOrNothing(withSeverity(findings, 'note').length, 'note', 'notes'),
    countedOrNothing(accepted.length, 'accepted finding', 'accepted findings'),
  ];
  return parts.flat().join(', ');
}

function countedOrNothing(number: number, one: string, many: string): readonly string[] {
  return number === 0 ? [] : [counted(number, one, many)];
}

export function withSeverity(findings: readonly LintFinding[], severity: Severity): readonly LintFinding[] {
  return findings.filter((finding) => finding.severity === severity);
}
