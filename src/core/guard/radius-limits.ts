/** How many people may change before nothing is sent: from both on. What is undefined sets no bound of its own. */
export interface PeopleBound {
  /** Of the people delivered before, from 0 to 1. */
  readonly share: number | undefined;
  readonly people: number | undefined;
}

export type PeopleLimit = PeopleBound | 'off';

/** How many events one hour may have: so many times the busiest hour before, and this number of events. */
export interface HourBound {
  readonly times: number;
  readonly events: number;
}

/** Limits that hold for each people model as a whole, or for each of its attributes. */
export const PEOPLE_LIMITS = ['people', 'attributes', 'cleared', 'backwards', 'removed'] as const;
export type PeopleLimitName = (typeof PEOPLE_LIMITS)[number];

/** How large a change a model may make in one run. Undefined: the default. */
export interface RadiusLimits extends Readonly<Partial<Record<PeopleLimitName, PeopleLimit>>> {
  readonly events?: HourBound | 'off' | undefined;
  readonly empty?: 'stop' | 'off' | undefined;
  /** Attribute → how many people may change in it, in whatever way. */
  readonly byAttribute: ReadonlyMap<string, PeopleLimit>;
}

/** Nothing declared. */
export const USUAL_LIMITS: RadiusLimits = { byAttribute: new Map() };

/** docs/adr/0049-blast-radius.md says why these. */
export const DEFAULT_PEOPLE_LIMITS: Readonly<Record<PeopleLimitName, PeopleBound>> = {
  people: { share: 0.5, people: 100 },
  attributes: { share: 0.3, people: 100 },
  cleared: { share: 0.1, people: 100 },
  backwards: { share: 0.05, people: 100 },
  removed: { share: 0.3, people: 100 },
};

/** People who are gone, where something is done about them. */
export const DEFAULT_REMOVAL_BOUND: PeopleBound = { share: 0.1, people: 100 };

export const DEFAULT_HOUR_BOUND: HourBound = { times: 10, events: 1000 };

/** A model of so many people may not turn up empty. */
export const EMPTY_PEOPLE_MIN = 10;

/** Nor may the query of an event that returned at least so many rows in each of the last runs. */
export const EMPTY_ROWS_MIN = 100;

/** How many runs are looked at for that. */
export const RUNS_COMPARED = 5;
export const RUNS_COMPARED_MIN = 3;

/** Hours of the past that events are held against: four weeks. */
export const HOURS_COMPARED = 28 * 24;

/** Without a day of history, no hour is unusual. */
export const HOURS_KNOWN_MIN = 24;

/** The limits of a model, with those of the project where the model has none of its own. */
export function withProjectLimits(model: RadiusLimits, project: RadiusLimits): RadiusLimits {
  return { ...project, ...model, byAttribute: model.byAttribute };
}

/** Attributes whose changes count for nothing. */
export function silencedAttributes({ byAttribute }: RadiusLimits): readonly string[] {
  return [...byAttribute].flatMap(([name, limit]) => (limit === 'off' ? [name] : []));
}
