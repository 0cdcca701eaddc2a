import type { Model } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import type { Problem } from './problem.ts';
import type { ModelFiles } from './read-model.ts';
import { parseYamlFile } from './yaml-file.ts';

const PATH = ['schedule', 'after'];

/** Whether every model that goes after another one ever gets its turn. Looks at all models together. */
export function checkSchedules(
  models: readonly Model[],
  files: readonly Pick<ModelFiles, 'yamlFile' | 'yaml'>[],
): readonly Problem[] {
  const problemAt = (model: Model, message: string, hint: string): Problem => {
    const text = files.find(({ yamlFile }) => yamlFile === model.file)?.yaml ?? '';
    return parseYamlFile(model.file, text).problemAt(PATH, message, hint);
  };
  const names = new Set(models.map(({ name }) => name));
  return models.flatMap((model) => {
    const before = predecessor(model);
    if (before === undefined) return [];
    if (!names.has(before)) {
      return [
        problemAt(model, `there is no model \`${before}\` to go after`, didYouMean(before, [...names])),
      ];
    }
    if (!goesRound(model, models)) return [];
    const hint = 'Give one of them a schedule with `every` or `cron`.';
    return [problemAt(model, 'these models wait for each other, so that none is ever run', hint)];
  });
}

function predecessor(model: Model | undefined): string | undefined {
  return model?.schedule?.kind === 'after' ? model.schedule.model : undefined;
}

function goesRound(model: Model, models: readonly Model[]): boolean {
  const seen = new Set<string>();
  let name: string | undefined = predecessor(model);
  while (name !== undefined && !seen.has(name)) {
    if (name === model.name) return true;
    seen.add(name);
    const current: string = name;
    name = predecessor(models.find((other) => other.name === current));
  }
  return false;
}
