import { InvalidArgumentError, Option } from 'commander';
import type { SafeCampaign } from '../core/backfill/backfill-plan.ts';
import type { CommonOptions } from './command-context.ts';

export function safeOption(): Option {
  return new Option(
    '--safe <campaign=reason...>',
    'a campaign (number or name) that nothing of this can start, and why; kept in the history',
  ).argParser(collectSafe);
}

/** `12=its segment looks at tags only`. A number is the campaign's number; a name ends at the first `=`. */
function collectSafe(text: string, before: readonly SafeCampaign[] = []): readonly SafeCampaign[] {
  const at = text.indexOf('=');
  const name = text.slice(0, at).trim();
  const reason = text.slice(at + 1).trim();
  if (at < 0 || name === '' || reason === '') {
    throw new InvalidArgumentError("Write CAMPAIGN=REASON, like --safe '12=its segment looks at tags only'.");
  }
  const campaign = /^[1-9]\d{0,8}$/.test(name) ? Number(name) : name;
  return [...before, { campaign, reason, saidIn: 'command line' }];
}

export function rateOption(): Option {
  return new Option('--rate <events>', 'events a second at most').argParser(parseRate);
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (!/^\d{1,6}(\.\d+)?$/.test(text) || rate <= 0) throw new InvalidArgumentError('Write a number above 0.');
  return rate;
}

/** What of a backfill's options the history shows beside its name. */
export interface ShownOptions extends CommonOptions {
  readonly from?: number;
  readonly to?: number;
  readonly mode?: string;
  readonly rate?: number;
  readonly safe?: readonly SafeCampaign[];
  readonly key?: readonly string[];
  readonly reason?: string;
  readonly allowJourneys?: boolean;
}

/** How the command was called, for the history; keys of rows are counted. */
export function backfillLine(name: string, event: string, options: ShownOptions): string {
  const { from, to, mode, rate, safe = [], key, reason, allowJourneys } = options;
  return [
    `millrace ${name} ${event}`,
    ...(from === undefined ? [] : [`--from ${isoTime(from)}`]),
    ...(to === undefined ? [] : [`--to ${isoTime(to)}`]),
    ...(mode === undefined ? [] : [`--mode ${mode}`]),
    ...(rate === undefined ? [] : [`--rate ${rate}`]),
    ...(key === undefined ? [] : [`--key (${key.length})`]),
    ...safe.map(({ campaign, reason: why }) => `--safe ${JSON.stringify(`${campaign}=${why}`)}`),
    ...(allowJourneys === true ? ['--allow-journeys'] : []),
    ...(reason === undefined ? [] : [`--reason ${JSON.stringify(reason)}`]),
  ].join(' ');
}

function isoTime(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString().replace('.000Z', 'Z').replace('T00:00:00Z', '');
}
