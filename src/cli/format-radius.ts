import type { BlastExamples } from '../core/errors/blast-radius-error.ts';
import type { RadiusExample } from '../core/guard/radius-example.ts';
import { columns, oneLine, visible } from './text.ts';

/** People whom a limit is about, each with what would change. */
export function formatExamples(examples: BlastExamples): readonly string[] {
  return [...examples].flatMap(([limit, people]) => [`For example (${limit}):`, ...exampleLines(people)]);
}

export function exampleLines(people: readonly RadiusExample[]): readonly string[] {
  return columns(
    people.map(({ key, before, after }) => [oneLine(key), `${shown(before)} → ${shown(after)}`]),
    '    ',
  );
}

/** '' stands for a value that was never sent. */
export function shown(fragment: string): string {
  return fragment === '' ? '(not set)' : visible(fragment);
}
