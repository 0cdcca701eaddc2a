import { type Answer, appAnswer, appError } from '../http/answer.ts';
import { literalAsString } from '../json/json-text.ts';
import { RELATIONSHIPS_PER_PAGE } from '../limits.ts';
import type { SandboxCore } from '../sandbox-core.ts';
import { literalsOf, setAtOf } from '../state/attribute-set.ts';
import type { Relationship } from '../state/object-store.ts';
import type { Person } from '../state/person.ts';
import { cursorOf, readCursor, readLimit } from './page-query.ts';

const LIST = 'relationships';

/** The objects a person is related to, with the attributes of each relationship. */
export function listRelationships(core: SandboxCore, query: URLSearchParams, person: Person): Answer {
  const limit = readLimit(query.get('limit'), RELATIONSHIPS_PER_PAGE);
  if (limit === undefined)
    return appError(400, `limit must be a number from 1 to ${RELATIONSHIPS_PER_PAGE.max}`);
  const first = readCursor(LIST, query.get('start')) ?? 0;
  if (Number.isNaN(first)) return appError(400, 'start must be the next value of an earlier answer');
  const related = core.workspace.state().objects.relatedTo(person.serial);
  const page = related.slice(first, first + limit);
  const next = related.length > first + limit ? cursorOf(LIST, first + limit) : '';
  const views = page.map(relationshipView);
  return appAnswer(200, JSON.stringify({ cio_relationships: views, next }));
}

function relationshipView({ object, attributes }: Relationship) {
  const literals = literalsOf(attributes);
  const { names } = attributes.names;
  return {
    object_type_id: Number(object.objectTypeId),
    identifiers: { object_id: object.objectId, cio_object_id: object.cioObjectId },
    attributes: Object.fromEntries(names.map((name, at) => [name, literalAsString(literals[at] ?? '')])),
    timestamps: Object.fromEntries(names.map((name, at) => [name, setAtOf(attributes, at)])),
  };
}
