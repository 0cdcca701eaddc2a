import { z } from 'zod';
import type { CampaignDefinition } from '../campaigns/campaign.ts';
import { SandboxError } from '../sandbox-error.ts';
import type { SegmentDefinition } from '../segments/segment.ts';
import { switchesSchema } from '../switches.ts';
import { type ReportingWebhook, reportingWebhookSchema } from '../webhooks/reporting-webhook.ts';
import { type CampaignInput, campaignSchema, segmentSchema } from './definition-schemas.ts';
import { fields, type Mistake, mistakesIn } from './field-schemas.ts';
import {
  mistakenReferences,
  resolveCampaign,
  resolveSegment,
  unknownReferences,
} from './segment-references.ts';

const DEFINITIONS_MAX = 1000;

/** What a workspace is made of, beside its people: segments, campaigns and where reports go. */
export interface WorkspaceDefinitions {
  readonly segments: readonly SegmentDefinition[];
  readonly campaigns: readonly CampaignDefinition[];
  readonly reportingWebhooks: readonly ReportingWebhook[];
}

export const NO_DEFINITIONS: WorkspaceDefinitions = { segments: [], campaigns: [], reportingWebhooks: [] };

const definitionFields = {
  segments: z.array(segmentSchema).max(DEFINITIONS_MAX).default([]),
  campaigns: z.array(campaignSchema).max(DEFINITIONS_MAX).default([]),
  reporting_webhooks: z.array(reportingWebhookSchema).max(DEFINITIONS_MAX).default([]),
};

const definitionsSchema = fields(definitionFields);

/** The same with the switches of the workspace: what a workspace file holds. */
const workspaceSchema = fields({
  ...definitionFields,
  switches: fields(switchesSchema.shape).partial().default({}),
});

export type SwitchesInFile = z.infer<typeof workspaceSchema>['switches'];

/** Definitions that make no sense; each mistake with the path to it. */
export class DefinitionError extends SandboxError {
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[], locate: (path: readonly PropertyKey[]) => string = pathText) {
    super(mistakes.map((mistake) => `${locate(mistake.path)}: ${plain(mistake)}`).join('\n'));
    this.mistakes = mistakes;
  }
}

/**
 * Reads segments, campaigns and webhooks as written in an option or an admin call.
 * @param known what the workspace has already: segments that may be referred to.
 * Throws DefinitionError with every mistake.
 */
export function readDefinitions(
  raw: unknown,
  known: readonly SegmentDefinition[] = [],
): WorkspaceDefinitions {
  return resolved(raw, parsed(definitionsSchema, raw, known), known);
}

/** Reads a whole workspace: definitions and switches. Throws DefinitionError with every mistake. */
export function readWorkspace(raw: unknown): WorkspaceDefinitions & { readonly switches: SwitchesInFile } {
  const input = parsed(workspaceSchema, raw, []);
  return { ...resolved(raw, input, []), switches: givenSwitches(input.switches, raw) };
}

function parsed<Output>(
  schema: z.ZodType<Output>,
  raw: unknown,
  known: readonly SegmentDefinition[],
): Output {
  const result = schema.safeParse(raw ?? {});
  if (result.success) return result.data;
  const references = unknownReferences(raw, [...namedSegments(raw), ...known]);
  throw new DefinitionError([...mistakesIn(result.error), ...references]);
}

/** The segments that can be made out where not all is well, so that references are checked all the same. */
function namedSegments(raw: unknown): readonly Pick<SegmentDefinition, 'id' | 'name'>[] {
  const list = typeof raw === 'object' && raw !== null && 'segments' in raw ? raw.segments : [];
  const named = z.object({ id: z.int(), name: z.string() });
  return (Array.isArray(list) ? list : []).flatMap((segment) => named.safeParse(segment).data ?? []);
}

type Input = z.infer<typeof definitionsSchema>;

function resolved(raw: unknown, input: Input, known: readonly SegmentDefinition[]): WorkspaceDefinitions {
  const ids = new Set(input.segments.map(({ id }) => id));
  const segments = [...input.segments, ...known.filter(({ id }) => !ids.has(id))];
  const mistakes = [
    ...repeated('segments', input.segments, segments),
    ...repeated('campaigns', input.campaigns, input.campaigns),
    ...mistakenReferences(raw, segments),
  ];
  if (mistakes.length > 0) throw new DefinitionError(mistakes);
  return {
    segments: input.segments.map((segment) => resolveSegment(segment, segments)),
    campaigns: input.campaigns.map((campaign) => resolveCampaign(campaign, segments)),
    reportingWebhooks: input.reporting_webhooks,
  };
}

/** Ids are unique, and so are the names of segments, for they can be referred to by name. */
function repeated(
  list: 'segments' | 'campaigns',
  given: readonly (SegmentDefinition | CampaignInput)[],
  all: readonly (SegmentDefinition | CampaignInput)[],
): readonly Mistake[] {
  return given.flatMap(({ id, name }, at): readonly Mistake[] => {
    if (given.findIndex((other) => other.id === id) < at) {
      return [{ path: [list, at, 'id'], message: `id ${id} is used twice` }];
    }
    const isNameTaken =
      list === 'segments' &&
      all.some((other) => other.id !== id && other.name.toLowerCase() === name.toLowerCase());
    return isNameTaken
      ? [{ path: [list, at, 'name'], message: `another segment is called "${name}" too` }]
      : [];
  });
}

/** The switches that were written, without the defaults of the others. */
function givenSwitches(switches: SwitchesInFile, raw: unknown): SwitchesInFile {
  const written = typeof raw === 'object' && raw !== null && 'switches' in raw ? raw.switches : {};
  const names = new Set(Object.keys(typeof written === 'object' && written !== null ? written : {}));
  return Object.fromEntries(Object.entries(switches).filter(([name]) => names.has(name)));
}

/** `segments[0].when` */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (before, part) => (typeof part === 'number' ? `${before}[${part}]` : `${before}.${String(part)}`),
    '',
  );
  return text === '' ? 'the definitions' : text.replace(/^\./, '');
}

const MISSING = /^Invalid input: expected (.+), received undefined$/;

function plain({ path, message }: Mistake): string {
  const wanted = MISSING.exec(message)?.[1];
  const last = path.findLast((part) => typeof part === 'string');
  return wanted === undefined ? message : `${last ?? 'it'} is missing: ${wanted} is needed`;
}
