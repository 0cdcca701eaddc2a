import type { Journey } from '../journeys/journey.ts';
import { type Model, makesEvents } from './contract.ts';
import { didYouMean } from './did-you-mean.ts';
import { durationSeconds } from './duration.ts';
import { type JourneysYaml, type JourneyYaml, journeysSchema } from './journeys-schema.ts';
import type { Problem } from './problem.ts';
import { type Checked, checkSchema } from './schema-problems.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

/** What journeys can depend on. */
export interface Published {
  readonly events: readonly string[];
  readonly attributes: readonly string[];
}

/** Everything that these models send. */
export function publishedNames(models: readonly Model[]): Published {
  return {
    events: models.flatMap((model) => (makesEvents(model) ? [model.event] : [])),
    attributes: models.flatMap((model) =>
      model.kind === 'people'
        ? [
            ...model.attributes.map(({ name }) => name),
            ...model.consents.flatMap(({ attribute, answer }) => [attribute, answer.name]),
          ]
        : [],
    ),
  };
}

/** Reads `journeys.yml`. `published` is undefined when the models can not be read, and names can not be judged. */
export function readJourneys(
  file: string,
  text: string,
  published: Published | undefined,
): Checked<readonly Journey[]> {
  const yaml = parseYamlFile(file, text);
  // A file of nothing but comments.
  if (yaml.problems.length === 0 && yaml.value === null) return { value: [], problems: [] };
  const checked = checkSchema(journeysSchema, yaml);
  if (checked.value === undefined) return { value: undefined, problems: checked.problems };
  const problems = [
    ...(published === undefined ? [] : unknownNames(checked.value, published, yaml)),
    ...repeatedCampaigns(checked.value, yaml),
  ];
  if (problems.length > 0) return { value: undefined, problems };
  return { value: Object.entries(checked.value.journeys).map(toJourney), problems };
}

function toJourney([name, yaml]: [string, JourneyYaml]): Journey {
  const { campaign, uses, backfill, needs_within } = yaml;
  return {
    name,
    campaign: typeof campaign === 'object' ? new Map(Object.entries(campaign)) : campaign,
    events: uses.events,
    attributes: uses.attributes,
    safeBecause: backfill?.safe.trim(),
    needsWithinSeconds: needs_within === undefined ? undefined : durationSeconds(needs_within),
  };
}

function unknownNames({ journeys }: JourneysYaml, published: Published, yaml: YamlFile): readonly Problem[] {
  const kinds = [
    ['events', 'no model makes the event'],
    ['attributes', 'no people model has the attribute'],
  ] as const;
  return Object.entries(journeys).flatMap(([journey, { uses }]) =>
    kinds.flatMap(([kind, words]) =>
      uses[kind].flatMap((name, index) => {
        if (published[kind].includes(name)) return [];
        const path = ['journeys', journey, 'uses', kind, index];
        return [yaml.problemAt(path, `${words} \`${name}\``, didYouMean(name, published[kind]))];
      }),
    ),
  );
}

/** Two journeys of one campaign could contradict each other. */
function repeatedCampaigns({ journeys }: JourneysYaml, yaml: YamlFile): readonly Problem[] {
  const first = new Map<string, string>();
  return Object.entries(journeys).flatMap(([journey, { campaign }]) =>
    campaignKeys(campaign).flatMap((key) => {
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, journey);
      if (earlier === undefined) return [];
      const hint = `Write one journey for each campaign; the other is \`${earlier}\`.`;
      return [yaml.problemAt(['journeys', journey, 'campaign'], 'two journeys have this campaign', hint)];
    }),
  );
}

function campaignKeys(campaign: JourneyYaml['campaign']): readonly string[] {
  if (typeof campaign !== 'object') return [JSON.stringify(campaign)];
  return Object.entries(campaign).map((pair) => JSON.stringify(pair));
}
