import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import type { Operation } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkDeliveryItem } from './check-delivery.ts';
import { OBJECT_ACTIONS } from './check-object-item.ts';
import { PERSON_ACTIONS } from './check-person-item.ts';
import { type Checked, invalid, problemsOf, refused, required, sound } from './problem.ts';

type CheckAction = (item: JsonObject, switches: Switches) => Checked<Operation>;

const DELIVERY_ACTIONS: ReadonlyMap<string, CheckAction> = new Map([['event', checkDeliveryEvent]]);

const ACTIONS_BY_TYPE: ReadonlyMap<string, ReadonlyMap<string, CheckAction>> = new Map([
  ['person', PERSON_ACTIONS],
  ['object', OBJECT_ACTIONS],
  ['delivery', DELIVERY_ACTIONS],
]);

/** One v2 entity: the body of POST /entity, or an item of POST /batch (cases 70 to 84). */
export function checkItem(item: JsonValue, switches: Switches): Checked<Operation> {
  if (!isJsonObject(item)) return refused([invalid('', 'item must be a JSON object')]);
  const actions = checkChoice(item['type'], 'type', ACTIONS_BY_TYPE);
  if (actions.value === undefined) return refused(actions.problems);
  const check = checkChoice(item['action'], 'action', actions.value);
  return check.value === undefined ? refused(check.problems) : check.value(item, switches);
}

function checkChoice<Choice>(
  value: JsonValue | undefined,
  field: string,
  choices: ReadonlyMap<string, Choice>,
): Checked<Choice> {
  if (value === undefined || value === null) return refused([required(field)]);
  const choice = typeof value === 'string' ? choices.get(value) : undefined;
  if (choice !== undefined) return sound(choice);
  return refused([invalid(field, `${field} must be one of ${[...choices.keys()].join(', ')}`)]);
}

function checkDeliveryEvent(item: JsonObject): Checked<Operation> {
  const identifiers = isJsonObject(item['identifiers']) ? item['identifiers'] : {};
  const metric = checkDeliveryItem(identifiers['id'], item['name']);
  const device = checkDeviceToken(item['attributes']);
  return device.problems.length === 0 ? metric : refused(problemsOf(metric, device));
}

function checkDeviceToken(attributes: JsonValue | undefined): Checked<string> {
  if (!isJsonObject(attributes)) return refused([required('attributes')]);
  const token = attributes['device_token'];
  return typeof token === 'string' ? sound(token) : refused([required('attributes.device_token')]);
}
