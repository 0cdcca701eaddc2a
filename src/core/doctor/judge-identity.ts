import type { CanonicalIdentifier, IdentityRules } from '../contract/contract.ts';
import { type Finding, finding, ok } from './finding.ts';

/** What a project declares about identities, and what can be found out about them. */
export interface IdentityFacts {
  readonly canonical: CanonicalIdentifier;
  readonly rules: IdentityRules;
  /** Some people model sends the e-mail address beside a canonical id, or the id beside a canonical e-mail. */
  readonly sendsOtherIdentifier: boolean;
  readonly hasAppKey: boolean;
}

const CHECK = 'identity';
const GIVE_KEY = 'Give an App API key as `customerio.app_key`.';

/** Says what of the identities can not be checked or sent with what is declared. */
export function judgeIdentity(facts: IdentityFacts): readonly Finding[] {
  const findings = [...changedAddresses(facts), ...foreignProfiles(facts), ...strangers(facts)];
  const accepted = facts.rules.accept.map((code) =>
    finding(
      CHECK,
      'note',
      `conflicts of the kind ${code} are accepted, and sent`,
      'Take it out of `identity.accept` when those meant are sent, or the next one goes unseen.',
    ),
  );
  if (findings.length === 0) findings.push(ok(CHECK, 'what is declared can be checked and sent'));
  return [...findings, ...accepted];
}

function changedAddresses({ canonical, rules, sendsOtherIdentifier, hasAppKey }: IdentityFacts): Finding[] {
  if (hasAppKey || !sendsOtherIdentifier) return [];
  if (canonical === 'email') {
    const message =
      'without an App API key a changed e-mail address is held: it would become a second person';
    return [finding(CHECK, 'warning', message, GIVE_KEY)];
  }
  if (rules.allowEmailUpdate === true) {
    const message =
      'whether the workspace really allows updates to email using ID can not be checked; if not, changed addresses are lost in silence';
    return [finding(CHECK, 'note', message, `${GIVE_KEY} Changed addresses are then looked for afterwards.`)];
  }
  const message =
    rules.allowEmailUpdate === false
      ? 'changed e-mail addresses are held: the workspace refuses them, and the other way needs an App API key'
      : 'changed e-mail addresses are held: nothing says that the workspace takes them';
  const cure = `${GIVE_KEY} Or switch on "allow updates to email using ID" in the workspace and declare \`identity.allow_email_update: true\`.`;
  return [finding(CHECK, 'warning', message, cure)];
}

function foreignProfiles({ sendsOtherIdentifier, hasAppKey }: IdentityFacts): Finding[] {
  if (hasAppKey || !sendsOtherIdentifier) return [];
  const message =
    'whether another profile has a new person’s identifiers can not be seen before they are sent';
  return [finding(CHECK, 'note', message, GIVE_KEY)];
}

function strangers({ rules, hasAppKey }: IdentityFacts): Finding[] {
  if (hasAppKey || !rules.peopleElsewhere) return [];
  const message =
    '`identity.people_elsewhere` has no effect: events of people whom no model has delivered are held';
  return [finding(CHECK, 'warning', message, GIVE_KEY)];
}
