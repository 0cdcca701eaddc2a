import { FULL_REASONS } from '../core/capture/full-reason.ts';
import type { ReadReport } from '../core/capture/read-report.ts';
import { count, counted, utc } from './text.ts';

/** How a model was read; nothing where every run reads it whole. */
export function readLines(model: string, read: ReadReport | undefined): readonly string[] {
  if (read === undefined) return [];
  return [`${model}: ${readWords(read)}`];
}

export function readWords({
  how,
  reason,
  since = 0,
  overlapSeconds = 0,
  keys = 0,
  ...read
}: ReadReport): string {
  if (how === 'full') {
    const why = reason === undefined ? '' : `, for ${FULL_REASONS[reason]}`;
    return `read whole${why}${missedWords(read)}`;
  }
  const span = `since ${utc(since * 1000)} (overlap ${durationWords(overlapSeconds)})`;
  return how === 'keys'
    ? `read ${counted(keys, 'key', 'keys')}, changed ${span}`
    : `read what changed ${span}`;
}

function missedWords({ missed, missedLate = 0 }: Pick<ReadReport, 'missed' | 'missedLate'>): string {
  if (missed === undefined) return '';
  if (missed === 0) return '; capture had missed nothing';
  const late = missedLate === 0 ? '' : `, ${count(missedLate)} of them because they came late`;
  return `; capture had missed ${counted(missed, 'row', 'rows')}${late}`;
}

/** Some of the rows that capture had missed, and what to do about it. */
export function missedLines(missed: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const rows = [...missed].map(([model, keys]) => `  ${model}: ${keys.join(', ')}`);
  if (rows.length === 0) return [];
  return [
    'Rows that capture had missed, as far as they are shown:',
    ...rows,
    'Late ones: the overlap is doubled by itself, up to `overlap_max`. Others: a table is not watched, or its time of change',
    'is not written by everybody who writes. docs/guides/capture.md',
  ];
}

function durationWords(seconds: number): string {
  if (seconds % 3600 === 0 && seconds > 0) return `${seconds / 3600}h`;
  return seconds % 60 === 0 && seconds > 0 ? `${seconds / 60}m` : `${seconds}s`;
}
