import type { RouteParameters } from '../http/router.ts';
import type { JsonObject, JsonValue } from '../json/json-value.ts';
import type { DeliveryMetricOperation, Operation } from '../operation.ts';
import type { Switches } from '../switches.ts';
import { checkTimestamp } from './check-timestamp.ts';
import { type Checked, invalid, type Problem, problemsOf, refused, required, sound } from './problem.ts';

/** What can become of messages of any channel; each channel has some of these. */
const METRICS = [
  'bounced',
  'clicked',
  'converted',
  'deferred',
  'delivered',
  'dropped',
  'opened',
  'spammed',
] as const;

const PUSH_METRICS = ['opened', 'converted', 'delivered'] as const;
const PIPELINES_METRICS = ['delivered', 'clicked', 'converted', 'opened'] as const;

export type DeliveryMetric = (typeof METRICS)[number];

/** Ids of deliveries are base 64, for URLs or not. */
const DELIVERY_ID = /^[\w+/-]+={0,2}$/;

/** POST /api/v1/metrics: any channel. */
export function checkMetric(body: JsonObject, switches: Switches): Checked<Operation> {
  const texts = checkTexts(body, ['reason', 'href']);
  const { recipient } = body;
  // The recipient of an SMS is a number.
  const isRecipient = recipient === undefined || ['string', 'number'].includes(typeof recipient);
  const problems = isRecipient ? texts : [...texts, notText('recipient')];
  return checkReport(body, 'metric', METRICS, problems, switches);
}

/** POST /api/v1/push/events: the metric is called `event` there. */
export function checkPushEvent(body: JsonObject, switches: Switches): Checked<Operation> {
  return checkReport(body, 'event', PUSH_METRICS, checkTexts(body, ['device_id']), switches);
}

/** What may be left out, and is text else. */
function checkTexts(body: JsonObject, names: readonly string[]): readonly Problem[] {
  return names
    .filter((name) => body[name] !== undefined && typeof body[name] !== 'string')
    .map((name) => notText(name));
}

function notText(field: string): Problem {
  return invalid(field, `${field} must be a string value`);
}

function checkReport(
  body: JsonObject,
  metricField: 'metric' | 'event',
  metrics: readonly DeliveryMetric[],
  others: readonly Problem[],
  switches: Switches,
): Checked<DeliveryMetricOperation> {
  const deliveryId = checkDeliveryId(body['delivery_id'], 'delivery_id');
  const metric = checkMetricName(body[metricField], metricField, metrics);
  const timestamp = checkTimestamp(body['timestamp'], 'timestamp', switches);
  const problems = [...problemsOf(deliveryId, metric, timestamp), ...others];
  if (deliveryId.value === undefined || metric.value === undefined || problems.length > 0)
    return refused(problems);
  return sound({
    kind: 'delivery_metric',
    deliveryId: deliveryId.value,
    metric: metric.value,
    timestamp: timestamp.value,
  });
}

export function checkDeliveryId(value: JsonValue | undefined, field: string): Checked<string> {
  if (value === undefined || value === null) return refused([required(field)]);
  if (typeof value === 'string' && DELIVERY_ID.test(value)) return sound(value);
  return refused([invalid(field, `${field} is not the id of a delivery`)]);
}

function checkMetricName(
  value: JsonValue | undefined,
  field: string,
  metrics: readonly DeliveryMetric[],
): Checked<DeliveryMetric> {
  if (value === undefined || value === null) return refused([required(field)]);
  const metric = metrics.find((known) => known === value);
  return metric === undefined
    ? refused([invalid(field, `${field} must be one of ${metrics.join(', ')}`)])
    : sound(metric);
}

/** v2 reports push and in-app metrics as an item of type delivery. */
export function checkDeliveryItem(
  deliveryId: JsonValue | undefined,
  name: JsonValue | undefined,
): Checked<DeliveryMetricOperation> {
  const id = checkDeliveryId(deliveryId, 'identifiers.id');
  return reportOf(id, checkMetricName(name, 'name', PUSH_METRICS));
}

/** The Pipelines API reports them as an event. */
export function checkDeliveryReport(
  deliveryId: JsonValue | undefined,
  metric: JsonValue | undefined,
): Checked<DeliveryMetricOperation> {
  const id = checkDeliveryId(deliveryId, 'properties.deliveryId');
  return reportOf(id, checkMetricName(metric, 'properties.metric', PIPELINES_METRICS));
}

function reportOf(id: Checked<string>, metric: Checked<DeliveryMetric>): Checked<DeliveryMetricOperation> {
  if (id.value === undefined || metric.value === undefined) return refused(problemsOf(id, metric));
  return sound({
    kind: 'delivery_metric',
    deliveryId: id.value,
    metric: metric.value,
    timestamp: undefined,
  });
}

/** POST /unsubscribe/:delivery_id; `false` subscribes the person again, as the official SDK has it. */
export function checkUnsubscribe(
  body: JsonObject,
  _switches: Switches,
  parameters: RouteParameters,
): Checked<Operation> {
  const deliveryId = checkDeliveryId(parameters['delivery_id'], 'delivery_id');
  const { unsubscribe } = body;
  const isFlag = typeof unsubscribe === 'boolean';
  const flag = isFlag
    ? sound(unsubscribe)
    : refused([invalid('unsubscribe', 'unsubscribe must be true or false')]);
  if (deliveryId.value === undefined || flag.value === undefined)
    return refused(problemsOf(deliveryId, flag));
  return sound({ kind: 'unsubscribe', deliveryId: deliveryId.value, isUnsubscribed: flag.value });
}
