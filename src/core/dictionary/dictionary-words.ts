import type { Dictionary, DictionarySection, FieldEntry } from './dictionary.ts';

type Kind = DictionarySection['kind'];

const TITLES: Readonly<Record<Kind, string>> = {
  people: 'Attributes of people',
  event: 'Events',
  abandonment: 'Events made of carts',
  objects: 'Objects',
  relationships: 'Relationships',
  devices: 'Devices',
  segment: 'Members of segments',
  erasure: 'People who are erased',
  identities: 'Identities',
};

export function kindTitle(kind: Kind): string {
  return TITLES[kind];
}

/** Sections by kind, in the order in which people look for them. */
export function sectionsByKind({
  sections,
}: Dictionary): readonly (readonly [kind: Kind, sections: readonly DictionarySection[]])[] {
  return (Object.keys(TITLES) as Kind[]).flatMap((kind) => {
    const own = sections.filter((section) => section.kind === kind);
    return own.length === 0 ? [] : [[kind, own] as const];
  });
}

export function sectionTitle({ name, isDraft }: DictionarySection): string {
  return isDraft ? `${name} (draft)` : name;
}

/** What is to be known of a section besides its meaning. */
export function factText(section: DictionarySection): readonly string[] {
  const { facts, file, since, version, journeys, rowsMeasured } = section;
  return [
    ...facts.map(([fact, value]) => `${fact}: ${value}`),
    ...(since === undefined ? [] : [`sent since ${since}`]),
    ...(version === 1 ? [] : [`version ${version}`]),
    ...(journeys.length === 0 ? [] : [`journeys: ${journeys.join(', ')}`]),
    ...(rowsMeasured === undefined ? [] : [`shares and shapes: of the first ${rowsMeasured} rows`]),
    `model: ${file}`,
  ];
}

/** What is to be known of a field besides type, meaning and source. */
export function fieldNotes({
  rules,
  since,
  version,
  reason,
  journeys,
  measure,
}: FieldEntry): readonly string[] {
  return [
    ...rules.map(([rule, value]) => `${rule}: ${value}`),
    ...(since === undefined ? [] : [`since ${since}`]),
    ...(version === 1 ? [] : [`version ${version}${reason === undefined ? '' : ` (${reason})`}`]),
    ...(journeys.length === 0 ? [] : [`journeys: ${journeys.join(', ')}`]),
    ...(measure === undefined ? [] : [`${share(measure.nullShare)} NULL`]),
    ...(measure === undefined || measure.shapes.length === 0
      ? []
      : [`looks like ${measure.shapes.join(' · ')}`]),
  ];
}

function share(part: number): string {
  const percent = part * 100;
  if (percent > 0 && percent < 0.1) return 'under 0.1 %';
  return `${percent.toFixed(percent >= 10 || percent === 0 ? 0 : 1)} %`;
}
