import type { JsonObject } from '../json/json-value.ts';
import type { ObjectOperation, Operation } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkAttributes } from './check-attributes.ts';
import {
  checkAnonymousRelationships,
  checkObjectIdentifiers,
  checkPersonRelationships,
} from './check-relationships.ts';
import { type Checked, problemsOf, refused, required, sound } from './problem.ts';

type CheckAction = (item: JsonObject, switches: Switches) => Checked<Operation>;

const NOTHING_SKIPPED: ReadonlySet<string> = new Set();

/** Every action on objects that v2 knows (case 78). */
export const OBJECT_ACTIONS: ReadonlyMap<string, CheckAction> = new Map<string, CheckAction>([
  ['identify', (item, switches) => checkObject('object_identify', item, switches)],
  ['identify_anonymous', checkIdentifyAnonymous],
  ['delete', (item, switches) => checkObject('object_delete', item, switches)],
  ['add_relationships', (item, switches) => checkRelating('object_add_relationships', item, switches)],
  ['delete_relationships', (item, switches) => checkRelating('object_delete_relationships', item, switches)],
]);

function checkObject(
  kind: ObjectOperation['kind'],
  item: JsonObject,
  switches: Switches,
): Checked<Operation> {
  const object = checkObjectIdentifiers(item['identifiers'], 'identifiers');
  const changes = checkAttributes(item['attributes'], 'attributes', NOTHING_SKIPPED, switches);
  const people = checkPersonRelationships(item['cio_relationships'], 'cio_relationships', switches);
  const problems = problemsOf(object, changes, people);
  if (problems.length > 0 || object.value === undefined) return refused(problems);
  return sound({ kind, object: object.value, changes: changes.value ?? [], people: people.value ?? [] });
}

function checkRelating(
  kind: ObjectOperation['kind'],
  item: JsonObject,
  switches: Switches,
): Checked<Operation> {
  const checked = checkObject(kind, item, switches);
  if (item['cio_relationships'] !== undefined) return checked;
  return refused([...checked.problems, required('cio_relationships')]);
}

/** The people of an anonymous relationship are named by anonymous_id. */
function checkIdentifyAnonymous(item: JsonObject, switches: Switches): Checked<Operation> {
  const object = checkObjectIdentifiers(item['identifiers'], 'identifiers');
  const changes = checkAttributes(item['attributes'], 'attributes', NOTHING_SKIPPED, switches);
  const anonymous = checkAnonymousRelationships(item['cio_relationships'], 'cio_relationships', switches);
  const problems = problemsOf(object, changes, anonymous);
  if (problems.length > 0 || object.value === undefined) return refused(problems);
  return sound({
    kind: 'object_identify_anonymous',
    object: object.value,
    changes: changes.value ?? [],
    anonymous: anonymous.value ?? [],
  });
}
