import type { Dictionary, DictionarySection, FieldEntry } from './dictionary.ts';

/** An event and what Customer.io's Data Index is to say of it. */
export interface DescribedEvent {
  readonly name: string;
  /** At most 255 characters. */
  readonly description: string;
}

/** An attribute of people, or of an event. */
export interface DescribedAttribute extends DescribedEvent {
  readonly eventName: string | undefined;
}

/** Customer.io's own limit. */
export const DESCRIPTION_CHARACTERS_MAX = 255;

/** What of the dictionary has its place in the Data Index, and something to say: people's attributes and events. */
export function dataIndexEntries({ sections }: Dictionary): {
  readonly attributes: readonly DescribedAttribute[];
  readonly events: readonly DescribedEvent[];
} {
  const published = sections.filter(({ isDraft }) => !isDraft);
  const events = published.filter(({ kind }) => kind === 'event' || kind === 'abandonment');
  const people = published.filter(({ kind }) => kind === 'people');
  return {
    attributes: [
      ...people.flatMap((section) => described(section, undefined)),
      ...events.flatMap((section) => described(section, section.name)),
    ],
    events: events.flatMap(({ name, means }) =>
      means === undefined ? [] : [{ name, description: cut(means) }],
    ),
  };
}

function described(
  { fields }: DictionarySection,
  eventName: string | undefined,
): readonly DescribedAttribute[] {
  return fields.flatMap((field) => {
    const description = descriptionOf(field);
    return description === '' ? [] : [{ name: field.name, description: cut(description), eventName }];
  });
}

function descriptionOf({ means, unit }: FieldEntry): string {
  return [means, unit === undefined ? undefined : `in ${unit}`]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** Counted in UTF-16 code units, of which a character outside the basic plane has two that stay together. */
function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= DESCRIPTION_CHARACTERS_MAX) return line;
  return `${line.slice(0, DESCRIPTION_CHARACTERS_MAX - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
