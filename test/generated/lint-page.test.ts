import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LINT_CODES, LINT_RULES, type LintCode, type Severity } from '../../src/core/lint/lint-rules.ts';
import { REPOSITORY } from '../support/test-project.ts';

const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'Errors: they always stop, and can not be accepted',
  warning: 'Warnings: with `--strict` they fail',
  note: 'Notes: they never fail',
};

const INTRODUCTION = [
  '# Lint rules',
  '',
  'What a contract is called and shaped like decides whether others can work with it. `millrace validate` says which',
  'of these rules it breaks, with place and cure. Warnings fail only with `--strict` (exit code 1), notes never.',
  'Rules that are seen in rows speak with `millrace validate --sample`, and in `millrace plan` about what it reads.',
  'This page is written from the code; a test compares the two.',
  '',
  '## Accepting a rule at one place',
  '',
  'A finding that you have decided to live with is accepted where it stands, with the reason:',
  '',
  '```yaml',
  'kind: event',
  'event: newsletter_signup',
  'accept:',
  '  event_tense: The name that 40 running campaigns use.',
  'properties:',
  '  status:',
  '    type: string',
  '    accept:',
  '      high_cardinality: The shop writes free text here; only the message shows it.',
  '```',
  '',
  '`accept` beside an attribute or property stands for that one; at the top of the file for the model itself: its',
  'name, its event, the number of its attributes. An acceptance without a finding is a warning of its own.',
  'Accepting changes nothing of what is sent.',
  '',
];

function section(severity: Severity): readonly string[] {
  return [
    `## ${SEVERITIES[severity]}`,
    '',
    ...LINT_CODES.filter((code) => LINT_RULES[code].severity === severity).flatMap(ruleLines),
  ];
}

function ruleLines(code: LintCode): readonly string[] {
  const { rule, why, good, bad, ...more } = LINT_RULES[code];
  const seen = 'seenIn' in more ? [`Seen in ${more.seenIn}.`, ''] : [];
  return [`### ${code}`, '', rule, '', why, '', `- Good: ${good}`, `- Bad: ${bad}`, '', ...seen];
}

it('docs/reference/lint.md says of each rule what the code says', async () => {
  const severities = Object.keys(SEVERITIES) as readonly Severity[];
  const page = [...INTRODUCTION, ...severities.flatMap(section)].join('\n');
  await expect(page).toMatchFileSnapshot(join(REPOSITORY, 'docs/reference/lint.md'));
});
