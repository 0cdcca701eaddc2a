import { z } from 'zod';
import { type Answer, appAnswer, appError, appNoContent } from '../http/answer.ts';
import { readJsonBody } from '../http/read-json-body.ts';
import type { SandboxRequest } from '../http/sandbox-request.ts';
import { DATA_INDEX_CHANGES_MAX, DESCRIPTION_CHARACTERS_MAX } from '../limits.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import type { IndexChange } from '../state/data-index.ts';

const common = { name: z.string().min(1), description: z.string().optional() };

const eventSchema = z.object(common);

/** The three that say whose attribute it is are those of the official SDK. */
const attributeSchema = z.object({
  ...common,
  privacy_level: z.literal([0, 1]).optional(),
  object_type_id: z.int().min(1).optional(),
  is_relationship: z.boolean().optional(),
  event_name: z.string().min(1).optional(),
});

/** POST /v1/data_index/attributes: descriptions of attributes, whether in use already or not. */
export function describeAttributes(core: SandboxCore, request: SandboxRequest): Answer {
  const changes = readChanges(request, 'attributes', z.array(attributeSchema));
  if (changes.answer !== undefined) return changes.answer;
  const secret = changes.value.findIndex(({ privacy_level }) => privacy_level !== undefined);
  if (secret !== -1 && !core.workspace.switches.premiumPlan) {
    return refusedChange(PRIVACY_IS_PREMIUM, `attributes[${secret}].privacy_level`);
  }
  const { dataIndex } = core.workspace.state();
  for (const change of changes.value) dataIndex.describeAttribute(attributeChange(change));
  return appNoContent();
}

const PRIVACY_IS_PREMIUM =
  'Privacy level updates are not available. Please contact support to enable this feature.';

function attributeChange(change: z.infer<typeof attributeSchema>): IndexChange {
  return {
    name: change.name,
    description: change.description,
    privacyLevel: change.privacy_level,
    objectTypeId: change.object_type_id,
    isRelationship: change.is_relationship,
    eventName: change.event_name,
  };
}

/** POST /v1/data_index/events. */
export function describeEvents(core: SandboxCore, request: SandboxRequest): Answer {
  const changes = readChanges(request, 'events', z.array(eventSchema));
  if (changes.answer !== undefined) return changes.answer;
  const { dataIndex } = core.workspace.state();
  for (const change of changes.value) dataIndex.describeEvent(change);
  return appNoContent();
}

type Read<Value> =
  | { readonly value: Value; readonly answer: undefined }
  | { readonly value?: undefined; readonly answer: Answer };

function readChanges<Change extends { readonly description?: string | undefined }>(
  request: SandboxRequest,
  what: 'attributes' | 'events',
  schema: z.ZodType<readonly Change[]>,
): Read<readonly Change[]> {
  const body = readJsonBody(request);
  const parsed = z.object({ [what]: schema }).safeParse(body.trouble === undefined ? body.value : undefined);
  const changes = parsed.success ? parsed.data[what] : undefined;
  if (changes === undefined) return { answer: appError(400, 'Invalid request format') };
  const trouble = troubleWith(changes, what);
  return trouble === undefined ? { value: changes, answer: undefined } : { answer: trouble };
}

/** The limits, in the documented words; the length of a description has a documented limit and no words. */
function troubleWith(
  changes: readonly { readonly description?: string | undefined }[],
  what: 'attributes' | 'events',
): Answer | undefined {
  const one = what === 'attributes' ? 'attribute' : 'event';
  if (changes.length === 0) return refusedChange(`At least one ${one} is required`, what);
  if (changes.length > DATA_INDEX_CHANGES_MAX)
    return refusedChange(`Can not update more than ${DATA_INDEX_CHANGES_MAX} ${what} at once`, what);
  const long = changes.findIndex(({ description = '' }) => description.length > DESCRIPTION_CHARACTERS_MAX);
  return long === -1
    ? undefined
    : refusedChange(
        `Description cannot be longer than ${DESCRIPTION_CHARACTERS_MAX} characters`,
        `${what}[${long}].description`,
      );
}

/** The status is a text here, other than in the App API's usual envelope. */
function refusedChange(detail: string, place: string): Answer {
  const source = { pointer: `/data/attributes/${place}` };
  return appAnswer(422, JSON.stringify({ errors: [{ detail, source, status: '422' }] }));
}
