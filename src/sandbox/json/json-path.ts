import { isJsonArray, isJsonObject, type JsonValue } from './json-value.ts';

const EACH = '[]';
const INDEX = /^\[(\d+)\]$/;

/**
 * The values at a dotted path: `items[].sku` takes each item, `items[0].sku` the first.
 * Empty where the path leads nowhere.
 */
export function valuesAtPath(value: JsonValue, path: string): readonly JsonValue[] {
  return stepsOf(path).reduce<readonly JsonValue[]>(
    (values, step) => values.flatMap(stepInto(step)),
    [value],
  );
}

function stepsOf(path: string): readonly string[] {
  return path
    .replaceAll('[', '.[')
    .split('.')
    .filter((step) => step !== '');
}

function stepInto(step: string): (value: JsonValue) => readonly JsonValue[] {
  const index = INDEX.exec(step)?.[1];
  return (value) => {
    if (step === EACH) return isJsonArray(value) ? value : [];
    if (index !== undefined) return isJsonArray(value) ? value.slice(Number(index), Number(index) + 1) : [];
    if (!isJsonObject(value) || !Object.hasOwn(value, step)) return [];
    const member = value[step];
    return member === undefined ? [] : [member];
  };
}
