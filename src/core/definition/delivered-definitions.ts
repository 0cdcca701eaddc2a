import type { CanonicalIdentifier, PeopleModel } from '../contract/contract.ts';
import { type Definition, declaredDefinitions } from './definition.ts';
import { changedParts, verdictOf } from './judge-change.ts';

/** Attribute → the definition in which everybody has it: a run ended with nothing left to send. */
export type DeliveredDefinitions = ReadonlyMap<string, Definition>;

/** How each attribute of the model is defined now. */
export function attributeDefinitions(
  model: PeopleModel,
  canonical: CanonicalIdentifier,
): DeliveredDefinitions {
  return new Map(declaredDefinitions(model, canonical).map(({ name, definition }) => [name, definition]));
}

/**
 * Attributes that may change for everybody: new ones, and those whose meaning changed since it was delivered to
 * all. That somebody said so is for the lock file to tell, without which nothing gets this far.
 */
export function announcedChanges(
  model: PeopleModel,
  canonical: CanonicalIdentifier,
  delivered: DeliveredDefinitions,
): readonly string[] {
  return [...attributeDefinitions(model, canonical)].flatMap(([name, definition]) => {
    const before = delivered.get(name);
    const verdict = before === undefined ? 'changed' : verdictOf(changedParts(before, definition));
    return verdict === 'changed' || verdict === 'additive' ? [name] : [];
  });
}
