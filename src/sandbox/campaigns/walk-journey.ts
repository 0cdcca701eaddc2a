import type { Person } from '../state/person.ts';
import type { MessageStep } from './campaign.ts';
import type { CampaignEnvironment } from './campaign-environment.ts';
import type { Campaign } from './campaign-record.ts';
import { judgeExit } from './exit-conditions.ts';
import type { Journey } from './journey.ts';
import { makeMessage } from './make-message.ts';

/** Takes a journey on from its next step until it waits or ends. */
export function walkJourney(
  environment: CampaignEnvironment,
  campaign: Campaign,
  journey: Journey,
  atMs: number,
): void {
  const { steps } = campaign.definition;
  while (journey.isUnderWay) {
    const step = steps[journey.record.step];
    if (step === undefined) {
      journey.finish(atMs);
    } else if (step.kind === 'wait') {
      const dueAtMs = atMs + step.spanMs;
      journey.proceed(dueAtMs);
      environment.schedule({ kind: 'step', journey }, dueAtMs);
      return;
    } else {
      takeMessageStep(environment, campaign, journey, step, atMs);
    }
  }
}

/** Whoever no longer fits leaves when the next message is reached, not before (page on campaign changes). */
function takeMessageStep(
  environment: CampaignEnvironment,
  campaign: Campaign,
  journey: Journey,
  step: MessageStep,
  atMs: number,
): void {
  const person = environment.state.people.bySerial(journey.record.person);
  if (person?.status !== 'live') {
    journey.exit(atMs, 'person_gone');
    return;
  }
  const { reason } = judgeExit(environment, campaign, person, atMs);
  if (reason !== undefined) {
    journey.exit(atMs, reason);
    return;
  }
  journey.activate();
  if (isMeantFor(environment, campaign, step, person, atMs)) {
    makeMessage(environment, campaign, journey, step, person, atMs);
  }
  journey.proceed(atMs);
}

function isMeantFor(
  environment: CampaignEnvironment,
  campaign: Campaign,
  step: MessageStep,
  person: Person,
  atMs: number,
): boolean {
  const onlyIf = campaign.conditions.onlyIf.get(step.actionId);
  return step.sending !== 'off' && (onlyIf === undefined || environment.judge(onlyIf, person, atMs).isMatch);
}
