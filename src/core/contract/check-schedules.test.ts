import { describe, expect, it } from 'vitest';
import { checkSchedules } from './check-schedules.ts';
import type { Model } from './contract.ts';

function problemsOf(schedules: Readonly<Record<string, string>>): readonly string[] {
  const models = Object.entries(schedules).map(([name, after]) => ({
    name,
    file: `models/${name}.yml`,
    schedule: after === '' ? undefined : { kind: 'after', model: after },
  })) as unknown as readonly Model[];
  const files = Object.entries(schedules).map(([name, after]) => ({
    yamlFile: `models/${name}.yml`,
    yaml: `kind: event\nschedule: { after: ${after} }\n`,
  }));
  return checkSchedules(models, files).map(({ file, line, column, message }) =>
    [file, line, column, message].join(':'),
  );
}

describe('schedules that go after another model', () => {
  it('are right when each chain ends at a clock', () => {
    expect(problemsOf({ a: '', b: 'a', c: 'b' })).toEqual([]);
  });

  it('name a model that is there', () => {
    expect(problemsOf({ a: '', b: 'A' })).toEqual(['models/b.yml:2:20:there is no model `A` to go after']);
  });

  it('do not go round', () => {
    const message = 'these models wait for each other, so that none is ever run';
    expect(problemsOf({ a: 'b', b: 'a', c: 'a' })).toEqual([
      `models/a.yml:2:20:${message}`,
      `models/b.yml:2:20:${message}`,
    ]);
    expect(problemsOf({ a: 'a' })).toEqual([`models/a.yml:2:20:${message}`]);
  });
});
