import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../../../test/support/test-project.ts';
import { SandboxError } from '../sandbox-error.ts';
import { TEST_NAMES } from './condition-schema.ts';
import { CAMPAIGN_FIELDS, MESSAGE_FIELDS, SEGMENT_FIELDS } from './definition-schemas.ts';
import { parseWorkspaceFile } from './read-workspace-file.ts';

const guide = readFileSync(join(REPOSITORY, 'docs/guides/sandbox-workspaces.md'), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
const [first = ''] = blocks;

describe('docs/guides/sandbox-workspaces.md', () => {
  test.each(blocks.map((block, at) => [at + 1, block] as const))(
    'its workspace %d is one',
    (_number, block) => {
      expect(() => parseWorkspaceFile(block, 'workspace.yml')).not.toThrow();
    },
  );

  test('the mistakes it shows are what the sandbox says', () => {
    const text = first.replace('before_past', 'befor_past').replace('segment: Lapsed', 'segment: Lapst');
    const [, shown = ''] = /each with its line:\n\n```\n(.*?)\n```/s.exec(guide) ?? [];
    expect(shown).toContain('Lapst');
    try {
      parseWorkspaceFile(text, 'workspace.yml');
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(SandboxError);
      expect((error as Error).message).toBe(shown);
    }
  });

  test('it names every field and every test', () => {
    const known = [...SEGMENT_FIELDS, ...CAMPAIGN_FIELDS, ...MESSAGE_FIELDS, ...TEST_NAMES].filter(
      (name) => name !== 'id' || guide.includes('`id`'),
    );
    const missing = known.filter((name) => !new RegExp(`\\b${name}\\b`).test(guide));
    expect(missing).toEqual([]);
  });
});
