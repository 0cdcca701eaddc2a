import { makesEvents } from '../contract/contract.ts';
import { durationText } from '../contract/duration.ts';
import { type Journey, journeysUsing } from '../journeys/journey.ts';
import type { DefinitionChange } from './definition-change.ts';

/** The journeys of journeys.yml that use what changed; of an event also those that use its properties. */
export function journeysOfChange(
  journeys: readonly Journey[],
  { model, kind, name }: DefinitionChange,
): readonly Journey[] {
  if (kind === 'attribute') return journeysUsing(journeys, 'attributes', name);
  return makesEvents(model) ? journeysUsing(journeys, 'events', model.event) : [];
}

/** `Used by the journeys winback, order_confirmation (needs it within 10m). `; empty when no journey says so. */
export function journeyWords(journeys: readonly Journey[], changes: readonly DefinitionChange[]): string {
  const users = [...new Set(changes.flatMap((change) => journeysOfChange(journeys, change)))];
  if (users.length === 0) return '';
  const word = users.length === 1 ? 'journey' : 'journeys';
  return `Used by the ${word} ${users.map(nameOf).join(', ')}. `;
}

function nameOf({ name, needsWithinSeconds: within }: Journey): string {
  return within === undefined ? name : `${name} (needs it within ${durationText(within)})`;
}
