import { jsonText } from '../json/json-text.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json/json-value.ts';
import { parseJson } from '../json/lossless-json.ts';
import type { AttributeChange } from '../operation.ts';

export const PREFERENCES = 'cio_subscription_preferences';
const TOPIC_PREFIX = `${PREFERENCES}.topics.`;

/**
 * Dotted names change one topic and keep the others; the whole object replaces them all.
 * Gives the changes with all dotted ones folded into one change of the object.
 */
export function foldTopicChanges(
  changes: readonly AttributeChange[],
  current: () => string | undefined,
): readonly AttributeChange[] {
  if (!changes.some(isTopicChange)) return changes;
  const dotted = changes.filter(isTopicChange);
  const rest = changes.filter((change) => !dotted.includes(change));
  const replaced = rest.find((change) => change.name === PREFERENCES);
  const before = preferencesOf(replaced === undefined ? current() : (replaced.literal ?? undefined));
  const topics = new Map<string, JsonValue>(Object.entries(topicsOf(before)));
  for (const { name, literal } of dotted) {
    const topic = name.slice(TOPIC_PREFIX.length);
    if (literal === null) topics.delete(topic);
    else topics.set(topic, parseJson(literal));
  }
  const literal = jsonText({ ...before, topics: Object.fromEntries(topics) });
  return [...rest.filter((change) => change !== replaced), { name: PREFERENCES, literal }];
}

function isTopicChange(change: AttributeChange): boolean {
  return change.name.startsWith(TOPIC_PREFIX);
}

function preferencesOf(literal: string | undefined): JsonObject {
  const value = literal === undefined ? undefined : parseJson(literal);
  return isJsonObject(value) ? value : {};
}

function topicsOf(preferences: JsonObject): JsonObject {
  const topics = preferences['topics'];
  return isJsonObject(topics) ? topics : {};
}
