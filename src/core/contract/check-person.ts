import { KINDS_MAX } from '../identity/claim-table.ts';
import type { CanonicalIdentifier, EventMakingModel, EventModel, Model, PeopleModel } from './contract.ts';
import type { Problem } from './problem.ts';
import type { YamlFile } from './yaml-file.ts';

/** Longest time an event may wait for its person: by then the shop's own memory of it is gone. */
const HOLD_FOR_SECONDS_MAX = 30 * 24 * 3600;

/** What one model says about whom its rows are of, as far as the model alone shows it. */
export function checkPerson(
  model: Model,
  yaml: YamlFile,
  canonical: CanonicalIdentifier,
): readonly Problem[] {
  switch (model.kind) {
    case 'people':
      return [
        ...nobodyNamed(model.keyColumn, model.keys.length, yaml),
        ...guestProblems(model, yaml, canonical),
        ...consentProblems(model, yaml, canonical),
      ];
    case 'event':
      return [
        ...nobodyNamed(undefined, model.person.length, yaml),
        ...guestProblems(model, yaml, canonical),
        ...waitingProblems(model, yaml),
      ];
    case 'abandonment':
      return [...nobodyNamed(undefined, model.person.length, yaml), ...guestProblems(model, yaml, canonical)];
    case 'relationships':
    case 'devices':
    case 'segment':
    case 'erasure':
      return nobodyNamed(undefined, model.person.length, yaml);
    case 'objects':
      return [];
    case 'identities':
      return [...identitiesProblems(model.keyColumn, model.keys.length, yaml, canonical)];
  }
}

function nobodyNamed(keyColumn: string | undefined, keys: number, yaml: YamlFile): readonly Problem[] {
  if (keyColumn !== undefined || keys > 0) return [];
  const hint = 'Name the column of the canonical identifier, or of a key that leads to it.';
  return [yaml.problemAt(['person'], '`person` names no column', hint, 'key')];
}

/** Guests exist only beside people with an id. */
function guestProblems(
  model: PeopleModel | EventMakingModel,
  yaml: YamlFile,
  canonical: CanonicalIdentifier,
): readonly Problem[] {
  if ((yaml.value as { readonly guests?: unknown }).guests === undefined) return [];
  if (canonical === 'email') {
    const message = '`guests` has no meaning under the canonical identifier email';
    return [yaml.problemAt(['guests'], message, 'Remove it: everybody is known by e-mail.', 'key')];
  }
  const keys = model.kind === 'people' ? model.keys : model.person;
  if (keys.some(({ kind }) => kind === 'email')) return [];
  const message = '`guests` needs an e-mail address, and `person` names no column for it';
  return [yaml.problemAt(['guests'], message, 'Add `email: COLUMN` under `person`.', 'key')];
}

/** Consents are written under the canonical identifier alone. */
function consentProblems(
  model: PeopleModel,
  yaml: YamlFile,
  canonical: CanonicalIdentifier,
): readonly Problem[] {
  const [consent] = model.consents;
  if (consent === undefined) return [];
  const path = ['attributes', consent.answer.name, 'role'];
  if (model.keyColumn === undefined) {
    const message = `a consent needs the canonical identifier \`${canonical}\` in its row`;
    return [yaml.problemAt(path, message, 'Let the query return it, and name its column under `person`.')];
  }
  if (model.guests !== 'by_email') return [];
  const message = 'a model with consents can not send guests by their e-mail address';
  return [
    yaml.problemAt(path, message, 'Write `guests: hold` here; guests may have a people model of their own.'),
  ];
}

function waitingProblems(model: EventModel, yaml: YamlFile): readonly Problem[] {
  const problems: Problem[] = [];
  if (model.unresolved === 'anonymous' && !model.person.some(({ kind }) => kind === 'anonymous_id')) {
    const message = '`unresolved: anonymous` needs an anonymous_id, and `person` names no column for it';
    const hint = 'Without one the event could never be joined to a person. Add `anonymous_id: COLUMN`.';
    problems.push(yaml.problemAt(['unresolved'], message, hint));
  }
  if (model.holdForSeconds > HOLD_FOR_SECONDS_MAX) {
    const message = '`hold_for` is longer than 30 days';
    problems.push(
      yaml.problemAt(['hold_for'], message, 'Events that wait longer are better sent by a backfill.'),
    );
  }
  return problems;
}

function identitiesProblems(
  keyColumn: string,
  keys: number,
  yaml: YamlFile,
  canonical: CanonicalIdentifier,
): readonly Problem[] {
  if (keyColumn === '') {
    const message = `\`person\` does not name the canonical identifier \`${canonical}\``;
    const hint = `Add \`${canonical}: COLUMN\`: every row says which keys belong to that person.`;
    return [yaml.problemAt(['person'], message, hint, 'key')];
  }
  if (keys > 0 && keys <= KINDS_MAX) return [];
  const message = keys === 0 ? '`person` names no other key' : `\`person\` names more than ${KINDS_MAX} keys`;
  return [
    yaml.problemAt(
      ['person'],
      message,
      'Name the keys that belong to the person, like `email: COLUMN`.',
      'key',
    ),
  ];
}
