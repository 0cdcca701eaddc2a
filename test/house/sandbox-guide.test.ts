import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseWorkspaceFile } from '../../src/sandbox/definitions/read-workspace-file.ts';
import { faultRuleSchema } from '../../src/sandbox/faults/fault-rule.ts';
import { readFaultRules } from '../../src/sandbox/faults/read-fault-rules.ts';
import { REPOSITORY } from '../support/test-project.ts';

const guide = readFileSync(join(REPOSITORY, 'docs/guides/sandbox.md'), 'utf8');

function file(name: string): string {
  const block = new RegExp(`<!-- file: ${name} -->\n\`\`\`\\w+\n(.*?)\`\`\``, 's').exec(guide);
  return block?.[1] ?? '';
}

/** The first column of the table with this head. */
function namesInTable(head: string): readonly string[] {
  const rows = guide.slice(guide.indexOf(head)).split('\n\n')[0]?.split('\n').slice(2) ?? [];
  return rows.map((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? row);
}

const KINDS = faultRuleSchema.shape.action.options.map((action) => [...action.shape.kind.values][0]);

describe('the guide to the sandbox', () => {
  it('names every kind of fault, and every field that narrows a rule', () => {
    expect(namesInTable('| action |').toSorted()).toEqual([...KINDS].toSorted());
    const fields = Object.keys(faultRuleSchema.shape.match.unwrap().shape);
    expect(namesInTable('| match |').toSorted()).toEqual(fields.toSorted());
  });

  it('gives an example of each kind, and the examples are right', () => {
    const rules = readFaultRules(parse(file('faults.yml')));
    expect([...new Set(rules.map(({ action }) => action.kind))].toSorted()).toEqual([...KINDS].toSorted());
    expect(parseWorkspaceFile(file('workspace.yml'), 'workspace.yml')).toMatchObject({
      segments: [{ id: 1 }, { id: 2 }],
      campaigns: [{ name: 'Replenishment' }, { name: 'Winback' }],
    });
  });
});
