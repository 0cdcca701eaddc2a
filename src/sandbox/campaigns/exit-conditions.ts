import type { Person } from '../state/person.ts';
import type { CampaignEnvironment } from './campaign-environment.ts';
import type { Campaign } from './campaign-record.ts';
import type { ExitReason } from './journey.ts';

/** Whether a person has to leave, why, and when the answer may change. */
export interface ExitVerdict {
  readonly reason: ExitReason | undefined;
  readonly changesAtMs: number;
}

/** Goals are noticed when they are reached; this is about filter and trigger. */
export function judgeExit(
  environment: CampaignEnvironment,
  campaign: Campaign,
  person: Person,
  atMs: number,
): ExitVerdict {
  const { exits } = campaign.definition;
  const { filter, staysWhile } = campaign.conditions;
  const judged = [
    { exit: 'filter_fails', condition: filter } as const,
    { exit: 'trigger_ends', condition: staysWhile } as const,
  ].flatMap(({ exit, condition }) =>
    condition === undefined || !exits.includes(exit)
      ? []
      : [{ exit, verdict: environment.judge(condition, person, atMs) }],
  );
  return {
    reason: judged.find(({ verdict }) => !verdict.isMatch)?.exit,
    changesAtMs: Math.min(Number.POSITIVE_INFINITY, ...judged.map(({ verdict }) => verdict.changesAtMs)),
  };
}
